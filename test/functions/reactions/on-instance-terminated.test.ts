import { expect, test } from 'vitest';
import { onInstanceTerminated } from '../../../functions/reactions/on-instance-terminated.ts';
import { memorySecrets } from '../../support/memory-hosts.ts';

const instance = (name: string) => ({
  name,
  hostIdentifier: `arn:aws:ec2:eu-west-1:123456789012:instance/${name}`,
  issuedAt: 1,
});

/** As EventBridge tells it. */
const event = (name: string, state = 'terminated') => ({
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  resources: [instance(name).hostIdentifier],
  detail: { 'instance-id': name, state },
});

test('an instance of EC2 that is terminated has no secret any more, and no other one loses its own', async () => {
  const secrets = memorySecrets();
  await secrets.issue(instance('i-0123456789abcdef0'), 'hash', 0);
  await secrets.issue(instance('i-0123456789abcdef1'), 'other hash', 0);
  const react = onInstanceTerminated({ secrets });
  await react(event('i-0123456789abcdef0'));
  expect(await secrets.find('hash', 1)).toBeUndefined();
  expect((await secrets.list(undefined, 10)).hosts).toEqual([instance('i-0123456789abcdef1')]);
});

test('one that never enrolled itself, or that is told twice, is none of ours', async () => {
  await expect(
    onInstanceTerminated({ secrets: memorySecrets() })(event('i-0123456789abcdef0')),
  ).resolves.toBeUndefined();
});

test('one that is only stopped keeps its secret', async () => {
  const secrets = memorySecrets();
  await secrets.issue(instance('i-0123456789abcdef0'), 'hash', 0);
  await expect(onInstanceTerminated({ secrets })(event('i-0123456789abcdef0', 'stopped'))).rejects.toThrow();
  expect(await secrets.find('hash', 1)).toBeDefined();
});
