import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { aborted, endingSignal, main } from './ending.ts';
import { startLocalCloud } from './local-cloud/cloud.ts';
import { type LocalJson, localJsonPath, removeLocalJson, writeLocalJson } from './local-cloud/local-json.ts';
import { timeScaleFrom } from './time-scale.ts';

/** `npm start [-- --time-scale N]`: keeps the local cloud up until it is told to end, and says how to use it. */
void main(async () => {
  const { values } = parseArgs({ options: { 'time-scale': { type: 'string' } } });
  const timeScale = timeScaleFrom(values['time-scale'], process.env, 1);
  const signal = endingSignal();
  const started = Date.now();
  const cloud = await startLocalCloud({ timeScale, waitScale: waitScale(), signal, say: console.log });
  const path = localJsonPath(join(import.meta.dirname, '..'));
  try {
    await writeLocalJson(path, cloud.local);
    console.log(instructions(cloud.local, (Date.now() - started) / 1000));
    await aborted(signal);
    console.log('Ending the local cloud …');
  } finally {
    await removeLocalJson(path, cloud.local);
    await cloud.close();
  }
  return 0;
});

/** For tests that use a cloud started like this. */
function waitScale(): number {
  const scale = Number(process.env['SFN_WAIT_SCALE'] ?? 1);
  if (!(scale > 0)) {
    throw new Error(`SFN_WAIT_SCALE must be a number above 0, not "${process.env['SFN_WAIT_SCALE']}".`);
  }
  return scale;
}

function instructions(local: LocalJson, seconds: number): string {
  const scale = local.timeScale === 1 ? '' : ` A minute of a configuration lasts ${60 / local.timeScale} s.`;
  return `
Sluice is ready after ${seconds.toFixed(1)} s; all addresses are in .sluice/local.json.${scale}
To use it with the AWS CLI, in another terminal:

  export AWS_ACCESS_KEY_ID=${local.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${local.credentials.secretAccessKey} AWS_REGION=${local.region}
  export AWS_ENDPOINT_URL=${local.cloudEndpoint}
  export AWS_ENDPOINT_URL_CODEDEPLOY=${local.endpoint}
  aws deploy create-application --application-name demo --compute-platform Lambda
  aws deploy create-deployment-group --application-name demo --deployment-group-name live \\
    --deployment-config-name CodeDeployDefault.LambdaCanary10Percent5Minutes \\
    --deployment-style deploymentType=BLUE_GREEN,deploymentOption=WITH_TRAFFIC_CONTROL \\
    --service-role-arn ${local.serviceRoles.Lambda}
  aws deploy list-applications

Ctrl-C ends it.`;
}
