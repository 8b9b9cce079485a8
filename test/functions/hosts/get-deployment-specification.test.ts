import { describe, expect, test } from 'vitest';
import { IN_PLACE_LIFECYCLE } from '../../../core/deployments/lifecycle.ts';
import { BEGUN, HOST, OTHER_HOST, OURS, aGateway } from './a-gateway.ts';

const STOP = 'd-SERVER001/ApplicationStop/host-1';
const SPECIFICATION = {
  HostIdentifier: HOST,
  DeploymentExecutionId: 'CodeDeploy/eu-west-1/Sluice/d-SERVER001/host-1',
};

describe('the specification', () => {
  test('is a signed envelope of the system CodeDeploy', async () => {
    const { ask, begin } = await aGateway();
    await begin('DownloadBundle');
    expect(await ask('GetDeploymentSpecification', SPECIFICATION)).toEqual({
      status: 200,
      body: {
        DeploymentSystem: 'CodeDeploy',
        DeploymentSpecification: {
          GenericEnvelope: { Format: 'PKCS7/JSON', Payload: '-----BEGIN PKCS7----- d-SERVER001' },
        },
      },
    });
  });

  test('is another one for ApplicationStop, whose scripts are those of the revision before', async () => {
    const { ask, begin } = await aGateway();
    await begin('ApplicationStop');
    const { body } = await ask('GetDeploymentSpecification', SPECIFICATION);
    expect(JSON.stringify(body)).toContain('d-SERVER001 for the scripts of before');
    const ours = await ask('GetDeploymentSpecification', SPECIFICATION, { agent: OURS });
    expect(JSON.stringify(ours.body)).not.toContain('scripts');
  });

  test.each([
    ['has succeeded', ['succeeds'], 'd-BEFORE001'],
    ['has failed behind its Install', ['succeeds', 'ValidateService'], 'd-BEFORE002'],
    ['has failed in its Install, which leaves the one before it', ['succeeds', 'Install'], 'd-BEFORE001'],
    [
      'has failed in its Install, behind another that got further',
      ['AfterInstall', 'Install'],
      'd-BEFORE001',
    ],
    ['has never come as far as that', ['DownloadBundle', 'Install'], 'before'],
    ['has been left out for long', ['succeeds', ...Array<string>(5).fill('Install')], 'before'],
  ])(
    'for ApplicationStop is that of what the host has, where the last deployment there %s',
    async (_, earlier, installedBy) => {
      const { ask, begin, queue, complete, clock } = await aGateway();
      for (const [index, ending] of earlier.entries()) {
        const given = { deploymentId: `d-BEFORE00${index + 1}` };
        for (const event of IN_PLACE_LIFECYCLE) {
          const command = await (event === 'ApplicationStop' ? begin(event, given) : queue(event, given));
          await complete(command, event === ending ? 'Failed' : 'Succeeded');
          if (event === ending) break;
        }
        clock.now += 60_000;
      }
      await begin('ApplicationStop');
      const { body } = await ask('GetDeploymentSpecification', SPECIFICATION);
      expect(JSON.stringify(body)).toMatch(`d-SERVER001 for the scripts of ${installedBy}"`);
    },
  );

  test.each([
    'd-SERVER001',
    'CodeDeploy/eu-west-1/Sluice/d-SERVER009/host-1',
    'CodeDeploy/eu-west-1/Sluice/d-SERVER001/host-2',
  ])('of a deployment that the host takes no part in is refused: %s', async (DeploymentExecutionId) => {
    const { ask, begin } = await aGateway();
    await begin();
    await begin('ApplicationStop', { ...BEGUN, targetId: 'host-2', hostIdentifier: OTHER_HOST });
    const { status, body } = await ask('GetDeploymentSpecification', {
      ...SPECIFICATION,
      DeploymentExecutionId,
    });
    expect([status, body['__type']]).toEqual([400, 'AccessDeniedException']);
  });

  test('is given once more after the end: so the Ruby agent looks whether a command was a no-op', async () => {
    const { ask, begin, complete, clock } = await aGateway();
    await begin();
    await complete(STOP, 'Failed', { error_code: 5 });
    expect((await ask('GetDeploymentSpecification', SPECIFICATION)).status).toBe(200);
    clock.now += 3_600_001;
    expect((await ask('GetDeploymentSpecification', SPECIFICATION)).status).toBe(400);
  });

  test('that cannot be made fails the command with the reason: the native agent would only log it', async () => {
    const message = 'The service role is gone.';
    const { ask, begin, events } = await aGateway({
      signer: { envelope: async () => ({ status: 'refused', message }) },
    });
    await begin();
    const { status, body } = await ask('GetDeploymentSpecification', SPECIFICATION);
    expect([status, body]).toEqual([400, { __type: 'ClientException', message }]);
    expect((await events()).find(({ type }) => type === 'HostEventFailed')?.data).toMatchObject({
      diagnostics: { message },
    });
  });

  test('that is throttled is made a little later, and fails nothing: the Ruby and the Go agent would fail by a refusal', async () => {
    let throttles = 3;
    const { ask, begin, events } = await aGateway({
      signer: {
        envelope: async () => {
          throttles -= 1;
          return throttles >= 0
            ? { status: 'throttled', message: 'slow' }
            : { status: 'signed', payload: 'made at last' };
        },
      },
    });
    await begin();
    const { status, body } = await ask('GetDeploymentSpecification', SPECIFICATION);
    expect([status, JSON.stringify(body)]).toEqual([200, expect.stringContaining('made at last')]);
    expect((await events()).at(-1)?.type).toBe('HostCommandQueued');
  });

  test('that stays throttled is refused as a throttle within the time of a call', async () => {
    const { ask, begin, clock } = await aGateway({
      signer: { envelope: async () => ({ status: 'throttled', message: 'slow' }) },
    });
    await begin();
    const before = clock.now;
    expect((await ask('GetDeploymentSpecification', SPECIFICATION)).status).toBe(429);
    expect(clock.now - before).toBeLessThan(25_000);
  });
});
