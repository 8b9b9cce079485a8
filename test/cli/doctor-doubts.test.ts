import { describe, expect, it } from 'vitest';
import { trustStatement } from '../../core/registry/service-role-trust.ts';
import { MINUTE, NOW, type Scene, TOLD, doctor, ready, scene } from './doctored.ts';
import { ALARM_TOPIC, type FakeAccount, ROLE, TRUSTED } from './fake-account.ts';

describe('sluice doctor warns, and exits 0, where', () => {
  it.each<readonly [string, (scene: Scene) => void, RegExp]>([
    [
      'a role forbids somebody',
      ({ account }) => {
        const trust = {
          Statement: [trustStatement([TRUSTED]), { Effect: 'Deny', Principal: '*', Action: 'sts:*' }],
        };
        account.contents.found.set(ROLE, { status: 'found', role: { ...ready, trust } });
      },
      /service roles: .*forbids somebody.*\n.*get-role --role-name CodeDeployLambda/,
    ],
    [
      'the first sweep is still to come',
      ({ account: { contents } }) => {
        contents.lastSweep = undefined;
        contents.deployedAt = NOW - MINUTE;
      },
      /sweep: has not come since the stack was deployed, 1m ago\n.*Look again/,
    ],
    [
      'a reader of the stream is changing',
      ({ account: { contents } }) => void (contents.mapping = { ...contents.mapping, state: 'Updating' }),
      /stream and rules: .*Sluice-OnEvents is Updating/,
    ],
    [
      'a reader of the stream has trouble',
      ({ account: { contents } }) =>
        void (contents.mapping = { ...contents.mapping, lastResult: 'PROBLEM: Function call failed' }),
      /stream and rules: .*PROBLEM.*\n.*aws logs tail/,
    ],
    [
      'the account has few functions at once',
      ({ account }) => void (account.contents.concurrency = { limit: 10, unreserved: 10 }),
      /quotas: .*10 calls at once.*\n.*service-quotas/,
    ],
    [
      'the clock is a minute wrong',
      ({ account: { contents } }) =>
        void (contents.identity = { ...contents.identity, date: new Date(NOW - 61_000) }),
      /clock: .*61 s before /,
    ],
  ])('%s', async (_, harm, line) => {
    const doubtful = scene();
    harm(doubtful);
    const { code, text } = await doctor(doubtful);
    expect(text).toMatch(new RegExp(`^! ${line.source}`, 'm'));
    expect(code).toBe(0);
  });

  it('an alarm is missing, and the group goes on without', async () => {
    const { account, tables } = scene({ ignorePollAlarmFailure: true });
    account.contents.alarms = [];
    const { code, text } = await doctor({ account, tables });
    expect(text).toMatch(/^! alarms: there is no alarm checkout-5xx/m);
    expect(code).toBe(0);
  });

  it('it may not look, with the right that is needed, also where the answer names none', async () => {
    const { account, tables } = scene();
    const blind: FakeAccount = {
      ...account,
      roles: { ...account.roles, find: () => Promise.reject(denied('iam:GetRole')) },
      stack: {
        ...account.stack,
        resources: () => Promise.reject(denied('cloudformation:ListStackResources')),
      },
      functions: {
        ...account.functions,
        concurrency: () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' })),
      },
    };
    const { code, text } = await doctor({ account: blind, tables });
    expect(text).toMatch(/^! service roles: not permitted: iam:GetRole\n {4}Allow it/m);
    expect(text).toMatch(/^! dead letters: not permitted: cloudformation:ListStackResources$/m);
    expect(text).toMatch(/^! quotas: not permitted: lambda:GetAccountSettings$/m);
    expect(code).toBe(0);
  });

  it('AWS fails in a way of its own; a bug of ours stays a bug', async () => {
    const { account, tables } = scene();
    const failing = (error: Error): FakeAccount => ({
      ...account,
      queues: {
        depth: async () => {
          throw error;
        },
      },
    });
    const failure = Object.assign(new Error('internal'), { name: 'InternalFailure', $metadata: {} });
    const { code, text } = await doctor({ account: failing(failure), tables });
    expect(text).toMatch(/^! dead letters: could not be looked at: InternalFailure: internal$/m);
    expect(code).toBe(0);
    await expect(doctor({ account: failing(new TypeError('a bug')), tables })).rejects.toThrow(TypeError);
  });
});

describe('sluice doctor', () => {
  it('tells what is wrong all the same where it may not look at the topic of a trigger', async () => {
    const { account, tables } = scene();
    account.contents.topics.set(ALARM_TOPIC, {});
    const topics: FakeAccount['topics'] = {
      policy: (arn) =>
        arn === TOLD
          ? Promise.reject(Object.assign(new Error('no'), { name: 'AuthorizationErrorException' }))
          : account.topics.policy(arn),
    };
    const { code, text } = await doctor({ account: { ...account, topics }, tables });
    expect(text).toMatch(/^! topics: not permitted to look at the topic \S+:deployments, .*shop\/prod/m);
    expect(text).toMatch(/^✗ topics: the policy of the topic of alarms/m);
    expect(code).toBe(1);
  });
});

function denied(action: string): Error {
  const message = `User: arn:aws:iam::123456789012:user/me is not authorized to perform: ${action} on resource: x`;
  return Object.assign(new Error(message), { name: 'AccessDeniedException' });
}
