import { GetOnPremisesInstanceCommand } from '@aws-sdk/client-codedeploy';
import { X509Certificate, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OURS, ask } from './agent-calls.ts';
import { codedeploy, local } from './cloud.ts';
import { userUnder } from './iam-users.ts';
import { localFileWith, sluice, sluiceIn } from './sluice.ts';

describe('sluice host', () => {
  it('lets a host in, gives it another secret and lets it in no more', async () => {
    const name = `web-${randomUUID().slice(0, 8)}`;
    const registered = await sluice('host', 'register', name, '--tag', 'Role=web', '--json');
    expect(registered).toMatchObject({ exitCode: 0, err: '' });
    const { hostIdentifier, endpoint } = JSON.parse(registered.out) as Record<string, string>;
    expect(hostIdentifier).toBe(`arn:aws:sts::${local.accountId}:assumed-role/sluice-host/${name}`);
    const { instanceInfo } = await codedeploy.send(new GetOnPremisesInstanceCommand({ instanceName: name }));
    expect(instanceInfo).toMatchObject({
      iamSessionArn: hostIdentifier,
      tags: [{ Key: 'Role', Value: 'web' }],
    });

    const poll = (at = '') => ask(at, 'PollHostCommand', { HostIdentifier: hostIdentifier }, OURS);
    expect((await poll(endpoint)).status).toBe(200);
    expect((await sluice('host', 'list')).out).toMatch(
      new RegExp(`^${name} +seen \\d+s ago +${OURS} +idle$`, 'm'),
    );
    const again = await sluice('host', 'register', name);
    expect(again).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining(`sluice host rotate ${name}`) as string,
    });

    const rotated = JSON.parse((await sluice('host', 'rotate', name, '--json')).out) as Record<
      string,
      string
    >;
    expect(rotated['hostIdentifier']).toBe(hostIdentifier);
    expect((await poll(rotated['endpoint'])).status).toBe(200);
    expect((await sluice('host', 'revoke', name)).exitCode).toBe(0);
    expect((await poll(rotated['endpoint'])).body['__type']).toBe('UnrecognizedClientException');
    expect((await poll(endpoint)).status).toBe(400);
  });

  it('prints the certificate to pin', async () => {
    const { out } = await sluice('host', 'certificate');
    expect(new X509Certificate(out).subject).toBe('CN=Sluice deployment specifications');
  });

  it('says what is missing to somebody who may not', async () => {
    const { key } = await userUnder();
    const file = localFileWith({ credentials: key });
    const { exitCode, err } = await sluiceIn({ SLUICE_LOCAL_JSON: file }, 'host', 'list');
    expect([exitCode, err]).toEqual([1, expect.stringContaining('execute-api:Invoke on GET /v1/hosts')]);
  });
});
