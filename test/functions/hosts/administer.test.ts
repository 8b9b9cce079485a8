import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import {
  certificateAnswer,
  hostsAnswer,
  issuedHostAnswer,
  revokedHostAnswer,
} from '../../../core/views/v1-hosts.ts';
import { rowKeys } from '../../../core/views/row-keys.ts';
import { administer } from '../../../functions/hosts/administer.ts';
import { memoryEventStore } from '../../support/memory-event-store.ts';
import { memoryPresences, memorySecrets } from '../../support/memory-hosts.ts';

const USER = 'arn:aws:iam::123456789012:user/host-1';

async function anOffice() {
  const store = memoryEventStore();
  const secrets = memorySecrets();
  const presences = memoryPresences();
  const clock = { now: 1_795_000_000_000 };
  let drawn = 0;
  const put = (key: { readonly pk: string; readonly sk: string }, data: object) => {
    const row = { ...key, owner: 'x', data: JSON.stringify(data) };
    return store.append({ events: [], rows: [{ type: 'put', row, from: 'x' }], required: [] });
  };
  await put(rowKeys.onPremisesInstance('host-1'), { instanceName: 'host-1', iamUserArn: USER });
  await put(rowKeys.onPremisesInstance('gone'), {
    instanceName: 'gone',
    iamUserArn: USER,
    deregisteredAt: 1,
  });
  const answer = administer({
    secrets,
    presences,
    rows: store.rows,
    certificate: async () => '-----BEGIN CERTIFICATE-----',
    hostsEndpoint: 'https://api.example/hosts',
    system: {
      now: () => clock.now,
      secret: () => `secret-${(drawn += 1)}`,
      sha256: (text) => `hash of ${text}`,
    },
  });
  const ask = async (
    routeKey: string,
    body?: object,
    query: Record<string, string> = {},
    userArn: string | null = USER,
  ) => {
    const { statusCode, body: text = '' } = await answer({
      routeKey,
      rawPath: '/v1/hosts',
      headers: {},
      queryStringParameters: query,
      body: body === undefined ? '' : JSON.stringify(body),
      isBase64Encoded: false,
      requestContext: { requestId: 'r', authorizer: { iam: { userArn } } },
    });
    return { status: statusCode, body: JSON.parse(text) as Record<string, unknown> };
  };
  const asked = async <Answer>(
    shape: z.ZodType<Answer>,
    ...given: Parameters<typeof ask>
  ): Promise<Answer> => {
    const { status, body } = await ask(...given);
    expect(status).toBe(200);
    expect(shape.parse(body)).toEqual(body);
    return shape.parse(body);
  };
  return { ask, asked, secrets, presences, clock, put };
}

describe('registering a host', () => {
  test('tells its endpoint once, bound to the ARN under which its name is registered', async () => {
    const { ask, asked, secrets, clock } = await anOffice();
    expect(await asked(issuedHostAnswer, 'POST /v1/hosts', { name: 'host-1' })).toEqual({
      version: '1',
      hostIdentifier: USER,
      endpoint: 'https://api.example/hosts/secret-1',
    });
    expect(await secrets.find('hash of secret-1', clock.now)).toMatchObject({ hostIdentifier: USER });
    const again = await ask('POST /v1/hosts', { name: 'host-1' });
    expect([again.status, again.body['__type']]).toEqual([400, 'InstanceNameAlreadyRegisteredException']);
    expect(JSON.stringify(again.body)).not.toContain('secret-');
  });

  test('binds a name that was registered anew to its new ARN, and the former host is none any more', async () => {
    const { asked, secrets, clock, put } = await anOffice();
    await asked(issuedHostAnswer, 'POST /v1/hosts', { name: 'host-1' });
    const other = 'arn:aws:sts::123456789012:assumed-role/r/host-1';
    await put(rowKeys.onPremisesInstance('host-1'), { instanceName: 'host-1', iamSessionArn: other });
    expect(await asked(issuedHostAnswer, 'POST /v1/hosts', { name: 'host-1' })).toMatchObject({
      hostIdentifier: other,
    });
    expect(await secrets.find('hash of secret-1', clock.now)).toBeUndefined();
  });

  test.each(['unknown', 'gone'])('is refused for a name that is not registered: %s', async (name) => {
    const { ask } = await anOffice();
    expect((await ask('POST /v1/hosts', { name })).body['__type']).toBe('InstanceNotRegisteredException');
  });
});

describe('a secret', () => {
  test('is rotated: the former one is good for a day, the one before that no more', async () => {
    const { asked, secrets, clock } = await anOffice();
    await asked(issuedHostAnswer, 'POST /v1/hosts', { name: 'host-1' });
    await asked(issuedHostAnswer, 'POST /v1/hosts/rotate', { name: 'host-1' });
    await asked(issuedHostAnswer, 'POST /v1/hosts/rotate', { name: 'host-1' });
    const good = async () =>
      Promise.all(
        [1, 2, 3].map(async (n) => (await secrets.find(`hash of secret-${n}`, clock.now)) !== undefined),
      );
    expect(await good()).toEqual([false, true, true]);
    clock.now += 24 * 3_600_000;
    expect(await good()).toEqual([false, false, true]);
  });

  test('cannot be rotated where there is none, and it says how the host gets one', async () => {
    const { ask } = await anOffice();
    const said = async (name: string) => (await ask('POST /v1/hosts/rotate', { name })).body['message'];
    expect(await said('host-1')).toBe(
      'No host "host-1" has a secret. Let it in: npx sluice host register host-1',
    );
    const ofInstance = await said('i-0a1b2c3d4e5f6a7b8');
    expect(ofInstance).toMatch(/has a secret\. .* enrols itself/);
    expect(ofInstance).not.toContain('register');
  });

  test('is revoked at once, and the former one with it', async () => {
    const { ask, asked, secrets, clock } = await anOffice();
    await asked(issuedHostAnswer, 'POST /v1/hosts', { name: 'host-1' });
    await asked(issuedHostAnswer, 'POST /v1/hosts/rotate', { name: 'host-1' });
    await asked(revokedHostAnswer, 'POST /v1/hosts/revoke', { name: 'host-1' });
    expect(await secrets.find('hash of secret-1', clock.now)).toBeUndefined();
    expect(await secrets.find('hash of secret-2', clock.now)).toBeUndefined();
    expect((await ask('POST /v1/hosts/rotate', { name: 'host-1' })).body['__type']).toBe(
      'InstanceDoesNotExistException',
    );
    expect((await ask('POST /v1/hosts/revoke', { name: 'host-1' })).body['__type']).toBe(
      'InstanceDoesNotExistException',
    );
  });
});

test('revoking says what the host had to do', async () => {
  const { asked, put } = await anOffice();
  await asked(issuedHostAnswer, 'POST /v1/hosts', { name: 'host-1' });
  const id = 'd-SERVER001/Install/host-1';
  const command = { deploymentId: 'd-SERVER001', lifecycleEventName: 'Install', isAcknowledged: false };
  await put(rowKeys.hostCommand(USER, 1, id), { ...command, targetId: 'host-1', hostCommandIdentifier: id });
  expect(await asked(revokedHostAnswer, 'POST /v1/hosts/revoke', { name: 'host-1' })).toEqual({
    version: '1',
    name: 'host-1',
    command,
  });
});

describe('the list of hosts', () => {
  test('says of each when it was seen, by which agent, and what it is at work on', async () => {
    const { asked, presences, clock, put } = await anOffice();
    await asked(issuedHostAnswer, 'POST /v1/hosts', { name: 'host-1' });
    const never = await asked(hostsAnswer, 'GET /v1/hosts');
    const issuedAt = new Date(clock.now).toISOString();
    expect(never.hosts).toEqual([{ name: 'host-1', hostIdentifier: USER, issuedAt, isSilent: true }]);
    await presences.record(USER, {
      lastPolledAt: clock.now - 5_000,
      agentVersion: 'sluice/0.1.0',
      pollMilliseconds: 15_000,
    });
    const id = 'd-SERVER001/Install/host-1';
    const command = { deploymentId: 'd-SERVER001', lifecycleEventName: 'Install', isAcknowledged: true };
    await put(rowKeys.hostCommand(USER, 1, id), {
      ...command,
      targetId: 'host-1',
      hostCommandIdentifier: id,
    });
    expect((await asked(hostsAnswer, 'GET /v1/hosts')).hosts).toMatchObject([
      {
        agentVersion: 'sluice/0.1.0',
        isSilent: false,
        lastPolledAt: new Date(clock.now - 5_000).toISOString(),
        command,
      },
    ]);
  });

  test('comes page by page', async () => {
    const { asked, secrets } = await anOffice();
    for (let n = 100; n < 175; n += 1) {
      await secrets.issue({ name: `h-${n}`, hostIdentifier: `arn-${n}`, issuedAt: 0 }, `hash ${n}`, 0);
    }
    const first = await asked(hostsAnswer, 'GET /v1/hosts');
    const last = await asked(hostsAnswer, 'GET /v1/hosts', undefined, { after: first.nextAfter ?? '' });
    expect([first.hosts.length, last.hosts.length, last.nextAfter]).toEqual([50, 25, undefined]);
  });
});

test('the certificate can be asked for, to pin it', async () => {
  const { asked } = await anOffice();
  const { specificationCertificate } = await asked(certificateAnswer, 'GET /v1/hosts/certificate');
  expect(specificationCertificate).toContain('BEGIN CERTIFICATE');
});

describe('who asks', () => {
  test('must be named by IAM', async () => {
    const { ask } = await anOffice();
    expect((await ask('GET /v1/hosts', undefined, {}, null)).body['__type']).toBe('AccessDeniedException');
  });

  test.each([[{}], [{ name: '' }], [{ name: 5 }]])('must say which host: %j', async (body) => {
    const { ask } = await anOffice();
    expect((await ask('POST /v1/hosts/rotate', body)).body['__type']).toBe('ValidationException');
  });
});
