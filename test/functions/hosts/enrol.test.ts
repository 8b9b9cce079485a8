import { describe, expect, test } from 'vitest';
import type { Ec2Instance } from '../../../functions/adapters/ec2-instances.ts';
import { enrol } from '../../../functions/hosts/enrol.ts';
import { memorySecrets } from '../../support/memory-hosts.ts';

const ID = 'i-0123456789abcdef0';
const ARN = `arn:aws:ec2:eu-west-1:123456789012:instance/${ID}`;
const SESSION = `arn:aws:sts::123456789012:assumed-role/web/${ID}`;
const PROFILE = 'arn:aws:iam::123456789012:instance-profile/web';
const RUNNING: Ec2Instance = { state: 'running', instanceProfileArn: PROFILE };

function anEnrolment(instance: Ec2Instance = RUNNING, role: string | null = 'web') {
  const secrets = memorySecrets();
  const clock = { now: 1_795_000_000_000 };
  let drawn = 0;
  const answer = enrol({
    secrets,
    instances: {
      find: async (id) => (id === ID ? instance : undefined),
      roleOf: async () => role ?? undefined,
    },
    certificate: async () => '-----BEGIN CERTIFICATE-----',
    hostsEndpoint: 'https://api.example/hosts',
    system: {
      now: () => clock.now,
      secret: () => `secret-${(drawn += 1)}`,
      sha256: (text) => `hash of ${text}`,
    },
  });
  const ask = async (userArn: string | null) => {
    const { statusCode, body = '' } = await answer(
      {
        rawPath: '/hosts',
        headers: {},
        body: '',
        isBase64Encoded: false,
        requestContext: { requestId: 'r', authorizer: { iam: { userArn } } },
      },
      { partition: 'aws', region: 'eu-west-1', accountId: '123456789012' },
    );
    return { status: statusCode, body: JSON.parse(body) as Record<string, string> };
  };
  return { ask, secrets, clock };
}

describe('an instance that enrols itself', () => {
  test('is told its identifier, its endpoint and the certificate to pin', async () => {
    const { ask, secrets, clock } = anEnrolment();
    expect(await ask(SESSION)).toEqual({
      status: 200,
      body: {
        hostIdentifier: ARN,
        endpoint: 'https://api.example/hosts/secret-1',
        specificationCertificate: '-----BEGIN CERTIFICATE-----',
      },
    });
    expect(await secrets.find('hash of secret-1', clock.now)).toMatchObject({
      hostIdentifier: ARN,
      name: ID,
    });
  });

  test('gets another secret the next time, and the former one is good for a day', async () => {
    const { ask, secrets, clock } = anEnrolment();
    await ask(SESSION);
    expect((await ask(SESSION)).body['endpoint']).toBe('https://api.example/hosts/secret-2');
    expect(await secrets.find('hash of secret-1', clock.now)).toBeDefined();
    clock.now += 24 * 3_600_000;
    expect(await secrets.find('hash of secret-1', clock.now)).toBeUndefined();
    expect(await secrets.find('hash of secret-2', clock.now)).toBeDefined();
  });

  test.each([
    ['who signs with no session', null],
    ['a user', 'arn:aws:iam::123456789012:user/ada'],
    ['a session whose name is no instance', 'arn:aws:sts::123456789012:assumed-role/web/build-7'],
    ['a session whose name only contains an instance', `arn:aws:sts::123456789012:assumed-role/web/x${ID}`],
    ['an instance of another account', `arn:aws:sts::999999999999:assumed-role/web/${ID}`],
    ['an instance that EC2 does not know', 'arn:aws:sts::123456789012:assumed-role/web/i-0fedcba9876543210'],
    [
      'another role that took the name of an instance for its session',
      `arn:aws:sts::123456789012:assumed-role/build/${ID}`,
    ],
  ])('is not %s', async (_, caller) => {
    const { ask, secrets } = anEnrolment();
    const { status, body } = await ask(caller);
    expect([status, body['__type']]).toEqual([403, 'AccessDeniedException']);
    expect(await secrets.list(undefined, 10)).toEqual({ hosts: [], more: false });
  });

  test.each([
    ['it does not run', { ...RUNNING, state: 'terminated' }, 'web'],
    ['it has no profile', { state: 'running' }, 'web'],
    ['its profile holds no role', RUNNING, null],
    ['its profile holds another role', RUNNING, 'build'],
  ] as const)('is refused where %s', async (_, instance, role) => {
    const { ask } = anEnrolment(instance, role);
    expect((await ask(SESSION)).status).toBe(403);
  });
});
