import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { aborted, endingSignal, main } from './ending.ts';
import { startLocalCloud } from './local-cloud/cloud.ts';
import {
  type LocalJson,
  localJsonPath,
  readLocalJson,
  removeLocalJson,
  writeLocalJson,
} from './local-cloud/local-json.ts';
import { timeScaleFrom } from './time-scale.ts';

/** `npm start [-- --time-scale N]`: keeps the local cloud up until it is told to end, and says how to use it. */
void main(async () => {
  const { values } = parseArgs({
    options: { 'time-scale': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const timeScale = timeScaleFrom(values['time-scale'], process.env, 1);
  const signal = endingSignal();
  const path = localJsonPath(join(import.meta.dirname, '..'));
  await refuseSecond(path);
  const started = Date.now();
  const cloud = await startLocalCloud({ timeScale, waitScale: waitScale(), signal, say: console.log });
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

const HELP = `npm start [-- --time-scale N]: keeps a local cloud up, with Sluice deployed, until Ctrl-C.

--time-scale N       a minute of a deployment configuration lasts 60 / N seconds (also SLUICE_TIME_SCALE)
SLUICE_PORT          the port of the emulator, else a free one
AWS_ENDPOINT_URL     an emulator that already runs, used instead of our own`;

/** The addresses of a folder are of one cloud: a second would take those of the first away from whoever uses them. */
async function refuseSecond(path: string): Promise<void> {
  const present = await readLocalJson(path).catch(() => undefined);
  if (present === undefined || !(await isUp(present.cloudEndpoint))) return;
  throw new Error(
    `A local cloud of this folder is up already, at ${present.cloudEndpoint} (.sluice/local.json). ` +
      'Use it, end it first, or start another in another clone.',
  );
}

/** Whatever it answers, it is there; what a killed cloud has left behind answers nothing. */
async function isUp(endpoint: string): Promise<boolean> {
  return fetch(endpoint, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    () => false,
  );
}

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

  export AWS_ACCESS_KEY_ID=${local.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${local.credentials.secretAccessKey} AWS_REGION=${local.region} AWS_DEFAULT_REGION=${local.region}
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
