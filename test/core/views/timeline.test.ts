import { describe, expect, it } from 'vitest';
import { unreadableAlarmMessage } from '../../../core/alarms/alarm-message.ts';
import type { FleetEvent } from '../../../core/deployments/fleet-evolution.ts';
import type { DeploymentAdmitted, DeploymentEvent } from '../../../core/deployments/deployment-events.ts';
import { absent } from '../../../core/deployments/deployment-state.ts';
import { actorWords, eventSentence } from '../../../core/views/event-sentence.ts';
import { timeline } from '../../../core/views/timeline.ts';
import { recorded } from '../../../functions/runtime/history.ts';
import { goldenHistory } from '../deployments/golden-history.ts';
import { GIVEN_AT, someone } from '../given.ts';

/** Seconds from the one to the other. */
const tellTime = (at: number, from: number) => `+${Math.round((at - from) / 1000)} s`;

const store = await goldenHistory();

async function golden(deploymentId: string) {
  const events = await store.load(`deployment#${deploymentId}`);
  return timeline(
    events.map((event) => recorded<DeploymentEvent>(event)),
    tellTime,
  );
}

describe('the timeline', () => {
  it('tells a canary that an alarm ends, with who did it and the time since it was created', async () => {
    const lines = (await golden('d-GOLDEN002')).map(
      ({ elapsedMilliseconds, who, sentence }) => `${elapsedMilliseconds} ${who}: ${sentence}`,
    );
    expect(lines).toEqual([
      '0 arn:aws:sts::123456789012:assumed-role/ci/run-77: Created for shop / live with TwentyForTwoMinutes, watched by alarm checkout-5xx',
      '350 execution d-GOLDEN002: Admitted: alias live of checkout goes from version 2 to version 3 (20 % for 120 s, then 100 %)',
      '390 execution d-GOLDEN002: BeforeAllowTraffic succeeded',
      '390 execution d-GOLDEN002: AllowTraffic started',
      '390 execution d-GOLDEN002: AllowTraffic: moving 20 % of the traffic to version 3',
      '570 execution d-GOLDEN002: AllowTraffic: 20 % of the traffic on version 3, until +120 s',
      '42270 alarm checkout-5xx: Alarm checkout-5xx rang',
      '42390 execution d-GOLDEN002: RestoreTraffic: putting the alias back whole',
      '42480 execution d-GOLDEN002: Traffic restored: The alias live of checkout is whole on version 2 again.',
      '42630 execution d-GOLDEN002: Stopped: ALARM_ACTIVE Alarms fired and the deployment was stopped: <checkout-5xx> (rolled back by d-GOLDEN003)',
    ]);
  });

  it('of nothing is empty', () => {
    expect(timeline([], tellTime)).toEqual([]);
  });
});

/** How the first sentence of each type in the golden log begins: the compiler refuses the table while one is missing. */
const sentences: Readonly<Record<Exclude<DeploymentEvent['type'], FleetEvent['type']>, string>> = {
  DeploymentCreated:
    'Created for shop / live with TwentyForTwoMinutes, watched by alarm checkout-5xx: Release 2',
  DeploymentAdmitted: 'Admitted: alias live of checkout goes from version 1 to version 2',
  LifecycleEventStarted: 'AllowTraffic started',
  LifecycleEventSucceeded: 'BeforeAllowTraffic succeeded',
  LifecycleEventFailed: 'AfterAllowTraffic failed: Error: no price for item 7',
  HookInvoked: 'BeforeAllowTraffic: calling CodeDeployHook_before, which has until +3600 s to answer',
  HookAnsweredLate: 'BeforeAllowTraffic: too late to count, the function',
  TrafficShiftStarted: 'AllowTraffic: moving 20 % of the traffic to version 2',
  AdmissionPostponed: 'Admission: AWS throttles, so that it is tried again in 15 s: Rate exceeded',
  TrafficShiftPostponed: 'AllowTraffic: AWS throttles, so that it is tried again in 15 s: Rate exceeded',
  TrafficShifted: 'AllowTraffic: 20 % of the traffic on version 2, until +120 s',
  AlarmRaised: 'Alarm checkout-5xx rang',
  StopRequested: 'Stop requested by arn:aws:iam::123456789012:user/ada, without a rollback',
  FailureFound: 'It cannot go on: TIMEOUT Nothing was written past the deadline.',
  ExecutionReplaced: 'Execution 2 takes over: Nothing was written past the deadline.',
  TrafficRestoreStarted: 'RestoreTraffic: putting the alias back whole',
  TrafficRestored: 'Traffic restored: The alias live of checkout is whole on version 2 again.',
  TrafficRestoreFailed: 'Traffic not restored yet, it is tried again: IAM_ROLE_PERMISSIONS The service role',
  TrafficLeftWeighted: 'Traffic left divided: The alias live of checkout may still divide its traffic',
  DeploymentSucceeded: 'Succeeded: all traffic on version 2',
  DeploymentFailed: 'Failed: IAM_ROLE_PERMISSIONS Nothing was written past the deadline.',
  DeploymentStopped: 'Stopped: ALARM_ACTIVE Alarms fired',
  NotificationFailed: 'The trigger ops-deploys was not told of DeploymentStart: TOPIC_MISSING',
};

describe('a sentence', () => {
  it('is there for every type of event', async () => {
    const ids = [1, 2, 3, 4, 5, 6, 7].map((number) => `d-GOLDEN00${number}`);
    const entries = (await Promise.all(ids.map(golden))).flat();
    const first = (type: string) => entries.find((entry) => entry.type === type)?.sentence;
    for (const [type, beginning] of Object.entries(sentences)) {
      expect(first(type)?.slice(0, beginning.length)).toBe(beginning);
    }
    expect(Object.keys(sentences)).toEqual(expect.arrayContaining(entries.map(({ type }) => type)));
  });

  it('about a rollback names what is rolled back, and says when nothing had to be moved', async () => {
    const [created, admitted, ...rest] = (await golden('d-GOLDEN003')).map(({ sentence }) => sentence);
    expect(created).toBe('Created for shop / live to roll d-GOLDEN002 back to version 2');
    expect(admitted).toBe('Admitted: alias live of checkout is on version 2 already, nothing is moved');
    expect(rest).toContain('AllowTraffic: 100 % of the traffic on version 2 already');
  });

  it('says why there was no rollback, and what was not checked', async () => {
    const sentences = (await golden('d-GOLDEN004')).map(({ sentence }) => sentence);
    expect(sentences.at(-1)).toMatch(/ \(not rolled back: No rollback was wanted by the request that.*\)$/);
    expect(sentences[1]).toMatch(/; not checked: whether version 3 exists$/);
  });

  it('tells an alarm that could not be read from one that rang', () => {
    const alarmNames = ['a', 'b'];
    const message = unreadableAlarmMessage(alarmNames, 'access denied');
    expect(
      sentenceOf({ type: 'AlarmRaised', data: { reason: 'unreadable', alarmNames, message, deadline: 0 } }),
    ).toBe(message);
  });

  it('says who wants a stop, and what of the rollback', () => {
    const stop = (data: object) => sentenceOf({ type: 'StopRequested', data: { deadline: 0, ...data } });
    expect(stop({})).toBe(`Stop requested by ${someone.id}`);
    expect(stop({ autoRollbackEnabled: true })).toBe(`Stop requested by ${someone.id}, with a rollback`);
  });

  it('shortens a long plan', () => {
    const weights = [10, 20, 30, 40, 50, 60, 70, 80, 90];
    const steps = [...weights.map((weight) => ({ weight, bakeSeconds: 60 })), { weight: 100 }];
    const target = { functionName: 'f', functionAlias: 'live', currentVersion: '1', targetVersion: '2' };
    const data = { target, alreadyInPlace: false, steps } as unknown as DeploymentAdmitted;
    expect(sentenceOf({ type: 'DeploymentAdmitted', data })).toBe(
      'Admitted: alias live of f goes from version 1 to version 2 ' +
        '(10 % for 60 s, then … 90 % for 60 s, then 100 %: 10 steps)',
    );
  });

  it('about warming says so', () => {
    const data = { step: 1, reason: 'provisioned-concurrency', message: '3 of 5', waitSeconds: 30 } as const;
    expect(sentenceOf({ type: 'TrafficShiftPostponed', data: { ...data, deadline: 0 } })).toBe(
      'AllowTraffic: provisioned concurrency warms up, so that it is tried again in 30 s: 3 of 5',
    );
  });
});

describe('an actor', () => {
  it.each([
    ['user', 'arn:aws:iam::1:user/ada', 'arn:aws:iam::1:user/ada'],
    ['host', 'i-1', 'host i-1'],
    ['alarm', 'checkout-5xx', 'alarm checkout-5xx'],
    ['clock', 'sweep', 'the clock (sweep)'],
    ['execution', 'arn:aws:states:eu-west-1:1:execution:machine:d-1-2', 'execution d-1-2'],
    ['deployment', 'd-1', 'deployment d-1'],
  ] as const)('that is a %s is named in words', (type, id, words) => {
    expect(actorWords({ type, id })).toBe(words);
  });
});

function sentenceOf(event: DeploymentEvent): string {
  const place = { stream: 'deployment#d-1', version: 2, at: GIVEN_AT, actor: someone, cause: 'c' };
  return eventSentence({ ...event, ...place }, absent, tellTime);
}
