import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeDeployApi } from '../../cli/codedeploy-api.ts';
import { CannotDo } from '../../cli/command.ts';
import type { DeploymentsApi, NewDeployment } from '../../cli/deployments-api.ts';

let answer: { status: number; body: object; errorType?: string } = { status: 200, body: {} };
const seen: { target: string; authorization: string; body: object }[] = [];
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => (text += String(chunk)));
  request.on('end', () => {
    const { 'x-amz-target': target, authorization = '' } = request.headers;
    seen.push({ target: String(target), authorization, body: JSON.parse(text) as object });
    const { status, errorType } = answer;
    response.writeHead(status, {
      'content-type': 'application/x-amz-json-1.1',
      ...(errorType !== undefined && { 'x-amzn-errortype': errorType }),
    });
    response.end(JSON.stringify(answer.body));
  });
});

let api: DeploymentsApi;
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  api = codeDeployApi({
    place: 'the stack Sluice in eu-north-1',
    apiEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    client: { region: 'eu-north-1', credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' } },
  });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const again: NewDeployment = {
  applicationName: 'shop',
  deploymentGroupName: 'prod',
  deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
  description: 'once more',
  revision: { type: 'registered', location: { revisionType: 'AppSpecContent', sha256: 'abc' } },
  guarded: true,
};

describe('the CodeDeploy API, as the commands speak to it', () => {
  it('is signed for API Gateway in the region of the stack', async () => {
    answer = { status: 200, body: { status: 'Pending', statusMessage: 'Soon.' } };
    expect(await api.stop({ deploymentId: 'd-A1B2C3D4E' })).toBe('Soon.');
    expect(seen.at(-1)).toMatchObject({
      target: 'CodeDeploy_20141006.StopDeployment',
      authorization: expect.stringMatching(/\/eu-north-1\/execute-api\/aws4_request/),
      body: { deploymentId: 'd-A1B2C3D4E' },
    });
  });

  it('is asked for a registered revision by what names it', async () => {
    answer = { status: 200, body: { deploymentId: 'd-A1B2C3D4E' } };
    expect(await api.create(again)).toBe('d-A1B2C3D4E');
    expect(seen.at(-1)?.body).toEqual({
      applicationName: 'shop',
      deploymentGroupName: 'prod',
      deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
      description: 'once more',
      revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256: 'abc' } },
    });
  });

  it('is asked for a written one by its text, and for neither alarms nor a rollback where it is not guarded', async () => {
    await api.create({ ...again, revision: { type: 'written', content: '{}' }, guarded: false });
    expect(seen.at(-1)?.body).toMatchObject({
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content: '{}' } },
      autoRollbackConfiguration: { enabled: false },
      overrideAlarmConfiguration: { enabled: false },
    });
  });

  it('names the permission that is missing', async () => {
    const message = 'User: ada is not authorized to perform: execute-api:Invoke on resource: /POST/';
    // As API Gateway says it.
    answer = { status: 403, body: { Message: message }, errorType: 'AccessDeniedException' };
    const refused = await api.create(again).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CannotDo);
    expect(String(refused)).toMatch(/need execute-api:Invoke on POST \/ of its API \(User: ada is not/);
  });

  it('passes on why something was refused', async () => {
    answer = {
      status: 400,
      body: { __type: 'DeploymentLimitExceededException', message: 'One at a time.' },
    };
    await expect(api.create(again)).rejects.toThrow(
      new CannotDo('One at a time. (DeploymentLimitExceededException)'),
    );
  });

  it('asks once only, and leaves every other failure as it is', async () => {
    answer = { status: 500, body: { __type: 'InternalError', message: 'oh' } };
    const calls = seen.length;
    const failed = await api.create(again).catch((error: unknown) => error);
    expect(failed).not.toBeInstanceOf(CannotDo);
    expect(seen.length).toBe(calls + 1);
    answer = { status: 403, body: { __type: 'ExpiredTokenException', message: 'old' } };
    await expect(api.create(again)).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });
});
