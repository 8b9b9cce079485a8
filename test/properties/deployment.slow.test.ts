import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact, Recorded } from '../../core/decider.ts';
import type { DeploymentCommand } from '../../core/deployments/deployment-commands.ts';
import type { DeploymentEvent } from '../../core/deployments/deployment-events.ts';
import { evolve } from '../../core/deployments/deployment-evolution.ts';
import type { Deployment } from '../../core/deployments/deployment-state.ts';
import { absent } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { lambdaDeploymentOverview } from '../../core/views/lambda-target-status.ts';
import { Refusal } from '../../core/refusal.ts';
import { aggregates } from '../../functions/runtime/aggregates.ts';
import { commandTo, execute } from '../../functions/runtime/execute.ts';
import { replayRows } from '../../functions/runtime/replay.ts';
import { createDeployment, registered } from '../support/a-deployment.ts';
import { simulatedSystem } from '../support/simulated-time.ts';

const ID = 'd-000000001';
const STREAM = `deployment#${ID}`;
const executionArn = fc.constantFrom('arn:first', 'arn:second', 'arn:third');
/** The id of a call cannot be guessed, so that no two calls have the same. */
const hookCall = fc.constantFrom(
  { lifecycleEventName: 'BeforeAllowTraffic', hookExecutionIdHash: 'one' } as const,
  { lifecycleEventName: 'AfterAllowTraffic', hookExecutionIdHash: 'two' } as const,
);
const policy = { timeScale: 1, bakeGraceSeconds: 60 };
const target = { functionName: 'f', functionAlias: 'live', currentVersion: '1', targetVersion: '2' };
const location = { revisionType: 'AppSpecContent', sha256: 'b'.repeat(64) } as const;

const command: fc.Arbitrary<DeploymentCommand> = fc.oneof(
  fc.record({
    type: fc.constant('AdmitDeployment' as const),
    data: fc.record({
      executionArn,
      target: fc.constant(target),
      versionBefore: fc.constant('1'),
      alreadyInPlace: fc.boolean(),
      writtenRevision: fc.constant({ revisionId: 'written', location, content: '{}' }),
      hooks: fc.constantFrom(
        {},
        { beforeAllowTraffic: 'a' },
        { beforeAllowTraffic: 'a', afterAllowTraffic: 'b' },
      ),
      policy: fc.constant(policy),
    }),
  }),
  fc.record({
    type: fc.constant('BeginHook' as const),
    data: fc.tuple(executionArn, hookCall).map(([arn, call]) => ({ executionArn: arn, ...call })),
  }),
  fc.record({
    type: fc.constant('AnswerHook' as const),
    data: fc.record({
      hookExecutionIdHash: fc.constantFrom('one', 'two', 'three'),
      way: fc.constantFrom('callback' as const, 'return' as const, 'error' as const),
      status: fc.constantFrom('Succeeded' as const, 'Failed' as const),
    }),
  }),
  fc.record({ type: fc.constant('TimeOutHook' as const), data: fc.constant({}) }),
  fc.record({ type: fc.constant('BeginShift' as const), data: fc.record({ executionArn }) }),
  fc.record({
    type: fc.constant('CompleteShift' as const),
    data: fc.record({
      executionArn,
      step: fc.integer({ min: 1, max: 4 }),
      change: fc.constantFrom('moved' as const, 'found' as const),
      enteredAt: fc.integer({ min: 0, max: 1_000_000 }),
      policy: fc.constant(policy),
    }),
  }),
  fc.record({
    type: fc.constant('PostponeShift' as const),
    data: fc.record({
      executionArn,
      step: fc.integer({ min: 1, max: 4 }),
      reason: fc.constantFrom('throttled' as const, 'provisioned-concurrency' as const),
      message: fc.constant('later'),
      random: fc.constant(0.5),
      policy: fc.constant(policy),
    }),
  }),
  fc.record({
    type: fc.constant('PostponeAdmission' as const),
    data: fc.record({ executionArn, message: fc.constant('later'), random: fc.constant(0.5) }),
  }),
  fc.record({
    type: fc.constantFrom('FailDeployment' as const, 'FailRestore' as const),
    data: fc.record({
      executionArn,
      code: fc.constant('INVALID_REVISION' as const),
      message: fc.constant('no'),
    }),
  }),
  fc.record({
    type: fc.constant('RaiseAlarm' as const),
    data: fc.record({
      reason: fc.constantFrom('ringing' as const, 'unreadable' as const),
      alarmNames: fc.constantFrom(['alarm'], ['unwatched']),
      message: fc.constant('rings'),
    }),
  }),
  fc.record({
    type: fc.constant('StopDeployment' as const),
    data: fc.record({ autoRollbackEnabled: fc.boolean() }, { requiredKeys: [] }),
  }),
  fc.record({ type: fc.constant('BeginRestore' as const), data: fc.record({ executionArn }) }),
  fc.record({
    type: fc.constant('CompleteRestore' as const),
    data: fc.record({
      executionArn,
      outcome: fc.constantFrom('restored' as const, 'untouched' as const, 'left-alone' as const),
      message: fc.constant('restored'),
      weight: fc.constantFrom(0, 100),
    }),
  }),
  fc.record({
    type: fc.constant('FinishDeployment' as const),
    data: fc.record({ executionArn, rollbackDeploymentId: fc.constant('d-000000002') }),
  }),
  fc.record({ type: fc.constant('ExpireDeployment' as const), data: fc.constant({}) }),
  fc.record({
    type: fc.constant('RepairDeployment' as const),
    data: fc.record(
      {
        deadExecutionArn: executionArn,
        replacementArns: fc.constant(['arn:second', 'arn:third', 'arn:fourth']),
        reason: fc.constant('dead'),
        rollbackDeploymentId: fc.constant('d-000000002'),
      },
      { requiredKeys: ['replacementArns', 'reason', 'rollbackDeploymentId'] },
    ),
  }),
);

/** Commands with the time that passes before each. */
const story = fc.array(fc.tuple(command, fc.integer({ min: 0, max: 400_000 })), { maxLength: 30 });

interface Told {
  readonly states: readonly Deployment[];
  readonly events: readonly DeploymentEvent[];
}

/** Folds what the decider decides; a refusal decides nothing. */
function tell(commands: readonly (readonly [DeploymentCommand, number])[]): Told {
  let at = 0;
  let version = 0;
  let state: Deployment = absent;
  const states: Deployment[] = [];
  const events: DeploymentEvent[] = [];
  for (const [next, pause] of [[createDeployment(ID, ['alarm']), 0] as const, ...commands]) {
    at += pause;
    const issued = { id: `c${events.length}`, at, actor: { type: 'user', id: 'ada' } } as const;
    for (const fact of decided(state, { ...next, ...issued })) {
      version += 1;
      state = evolve(state, { ...fact, stream: STREAM, version, at, actor: issued.actor, cause: issued.id });
      events.push(fact);
    }
    states.push(state);
  }
  return { states, events };
}

function decided(
  state: Deployment,
  next: Parameters<typeof deployment.decide>[1],
): readonly DeploymentEvent[] {
  try {
    return deployment.decide(state, next).events;
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

describe('any sequence of commands', () => {
  it('leaves an ended deployment ended as it did', () => {
    fc.assert(
      fc.property(story, (commands) => {
        const { states } = tell(commands);
        const end = states.findIndex((state) => state.status !== 'Absent' && hasEnded(state.status));
        if (end >= 0) expect(states.slice(end).every((state) => state === states[end])).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('moves the weight only forward until the traffic is restored', () => {
    fc.assert(
      fc.property(story, (commands) => {
        const { events } = tell(commands);
        const restored = events.findIndex(({ type }) => type === 'TrafficRestored');
        const shifts = (restored < 0 ? events : events.slice(0, restored)).flatMap((event) =>
          event.type === 'TrafficShifted' ? [event.data.weight] : [],
        );
        expect(shifts).toEqual([...new Set(shifts)].sort((one, other) => one - other));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps one row of what is due while it is active, none afterwards, and exactly one lock or none', () => {
    fc.assert(
      fc.property(story, (commands) => {
        for (const state of tell(commands).states) {
          const rows = deployment.rows(state);
          const active = state.status !== 'Absent' && !hasEnded(state.status);
          expect(rows.filter(({ pk }) => pk === 'due')).toHaveLength(active ? 1 : 0);
          expect(rows.filter(({ pk }) => pk.startsWith('active-deployment#'))).toHaveLength(active ? 1 : 0);
          expect(new Set(rows.map(({ pk, sk }) => `${pk} ${sk}`)).size).toBe(rows.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('succeeds only with all traffic on the target version and every lifecycle event done', () => {
    fc.assert(
      fc.property(story, (commands) => {
        const last = tell(commands).states.at(-1);
        if (last === undefined || last.status !== 'Succeeded' || !('traffic' in last)) return;
        expect(last.traffic.weight).toBe(100);
        expect(last.lifecycleEvents.map(({ status }) => status)).toEqual([
          'Succeeded',
          'Succeeded',
          'Succeeded',
        ]);
      }),
      { numRuns: 2000 },
    );
  });

  it('counts its one target under exactly one status', () => {
    fc.assert(
      fc.property(story, (commands) => {
        for (const state of tell(commands).states) {
          if (state.status === 'Absent') continue;
          const counts = Object.values(lambdaDeploymentOverview(state)) as readonly number[];
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('folds without throwing in whatever order events come, and however often', () => {
    fc.assert(
      fc.property(story, fc.infiniteStream(fc.nat()), (commands, picks) => {
        const { events } = tell(commands);
        let state: Deployment = absent;
        for (let version = 1; version <= events.length * 2; version += 1) {
          const fact = events[(picks.next().value as number) % events.length];
          if (fact === undefined) return;
          const event: Recorded<DeploymentEvent> = {
            ...fact,
            stream: STREAM,
            version,
            at: version,
            actor: { type: 'user', id: 'ada' },
            cause: 'c',
          };
          state = evolve(state, event);
        }
        expect(() => deployment.rows(state)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it('leaves the rows that a replay of the log gives, to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (commands) => {
        let at = 0;
        const system = simulatedSystem({ now: () => at, sleep: async () => {} });
        const { store } = await registered(system);
        const ports = { store, system, aggregates };
        const all: readonly (readonly [Fact, number])[] = [[createDeployment(ID, ['alarm']), 0], ...commands];
        for (const [next, pause] of all) {
          at += pause;
          const issued = { id: system.uuid(), at, actor: { type: 'user', id: 'ada' } } as const;
          try {
            await execute(ports, issued, [commandTo(deployment, STREAM, next as DeploymentCommand)]);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
        }
        expect(replayRows(store.allEvents())).toEqual(store.allRows());
      }),
      { numRuns: 200 },
    );
  });
});
