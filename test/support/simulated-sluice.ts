import { readFileSync } from 'node:fs';
import type { StoredEvent } from '../../core/chain.ts';
import type { Json } from '../../core/decider.ts';
import type { AlarmState } from '../../functions/adapters/alarms.ts';
import type { AwsFailure } from '../../functions/adapters/aws-failure.ts';
import type { EventStore } from '../../functions/adapters/event-store.ts';
import type { HookFunctions, HookOutcome } from '../../functions/adapters/hook-functions.ts';
import type { RevisionObjects } from '../../functions/adapters/revision-objects.ts';
import type { AssumedRole } from '../../functions/adapters/service-roles.ts';
import type { Workflows } from '../../functions/adapters/workflows.ts';
import type { ApiPorts } from '../../functions/api/operation.ts';
import { admit } from '../../functions/lifecycle/admit.ts';
import { allowTraffic } from '../../functions/lifecycle/allow-traffic.ts';
import { finish } from '../../functions/lifecycle/finish.ts';
import { invokeHook } from '../../functions/lifecycle/invoke-hook.ts';
import { onAlarm } from '../../functions/reactions/on-alarm.ts';
import { onDeadline } from '../../functions/reactions/on-deadline.ts';
import { onEvent } from '../../functions/reactions/on-events.ts';
import { onExecutionStatus } from '../../functions/reactions/on-execution-status.ts';
import { aggregates } from '../../functions/runtime/aggregates.ts';
import { SERVICE_ROLE_ARN } from './a-deployment.ts';
import { createWorld } from './asl-interpreter.ts';
import type { FakeLambda } from './fake-lambda.ts';
import { memoryEventStore } from './memory-event-store.ts';
import { memoryTokens } from './memory-tokens.ts';
import { simulatedSystem } from './simulated-time.ts';
import { recordOf } from './stream-record.ts';

export const START_AT = Date.UTC(2027, 0, 1, 12);
export const STATE_MACHINE_ARN = 'arn:aws:states:eu-north-1:111122223333:stateMachine:Lambda';
export const HOOK_MACHINE_ARN = 'arn:aws:states:eu-north-1:111122223333:stateMachine:Hook';

/** What a validation function is called with. */
export interface HookEvent {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
  readonly FunctionName: string;
  readonly Alias: string;
  readonly CurrentVersion: string;
  readonly TargetVersion: string;
}

/** Everything outside of Sluice, as a test sets it. */
export interface Fakes {
  readonly lambda: FakeLambda;
  /** Alarm states by name; a name that is absent is no alarm at all. */
  readonly alarms: Map<string, AlarmState['state']>;
  /** Whether a look at alarms fails instead of being answered; undefined is no. */
  blind: () => AwsFailure | undefined;
  /** Which signals get lost. */
  readonly lost: { stream: boolean; alarm: boolean; wake: boolean; status: boolean };
  /** The streams that cannot be written. */
  readonly deaf: Set<string>;
  readonly counted: string[];
  readonly deadLetters: unknown[];
  readonly hookCalls: HookEvent[];
  /** What a validation function does when it is called. */
  hook: (functionName: string, event: HookEvent) => Promise<HookOutcome>;
  /** What reading a revision in S3 gives. */
  object: RevisionObjects['read'];
  /** What AssumeRole answers. */
  role: () => AssumedRole;
}

/** The real workflows, tasks and reactions, wired to the memory store with its stream and to the fakes. */
export function simulatedSluice(fakes: Fakes) {
  const memory = memoryEventStore();
  const { lambda, alarms, lost, counted, deadLetters, hookCalls, deaf } = fakes;
  const handlers: Record<string, (payload: Json) => Promise<unknown>> = {};
  const world = createWorld({
    startAt: START_AT,
    invoke: (name, payload) => {
      const handler = handlers[name];
      if (handler === undefined) throw new Error(`no function ${name}`);
      return handler(payload);
    },
  });
  const { clock } = world;

  const store: EventStore = {
    load: memory.load,
    append: async (append) => {
      if (append.events.some(({ stream: name }) => deaf.has(name))) throw new Error('the table is away');
      const outcome = await memory.append(append);
      if (outcome.status === 'appended') append.events.forEach(stream);
      return outcome;
    },
  };
  const system = simulatedSystem(clock);
  const base = { store, system, aggregates, rows: memory.rows };
  const metrics = { count: (name: string) => void counted.push(name) };
  const workflows: Workflows = {
    start: async (arn, name, input) => {
      world.startExecution(arn, name, input as Json);
    },
    stop: async (arn, error, cause) => world.stopExecution(arn, error, cause),
    succeed: async (token, output) => sent(() => world.sendTaskSuccess(token, output as Json)),
    fail: async (token, error, cause) => sent(() => world.sendTaskFailure(token, error, cause)),
  };
  const tokens = memoryTokens(() => lost.wake);
  const hooks: HookFunctions = {
    invoke: (functionName, event) => {
      hookCalls.push(event as HookEvent);
      return fakes.hook(functionName, event as HookEvent);
    },
  };
  const policy = { timeScale: 1, bakeGraceSeconds: 60 };
  const access = {
    roles: {
      assume: async () => fakes.role(),
      tags: async () => ({ status: 'read', tags: {} }) as const,
    },
    aliasesWith: () => lambda.aliases,
    alarmsWith: () => ({
      look: async (names: readonly string[]) =>
        fakes.blind() ?? {
          status: 'seen' as const,
          states: names.map((name): AlarmState => ({ name, state: alarms.get(name) ?? 'MISSING' })),
        },
    }),
  };
  const trust = { stackServiceRoleArns: [SERVICE_ROLE_ARN], trustedPrincipals: ['arn:sluice'] };
  handlers['Admit'] = admit({
    ...base,
    ...access,
    trust,
    policy,
    objectsWith: () => ({ read: fakes.object }),
  });
  handlers['AllowTraffic'] = allowTraffic({ ...base, ...access, metrics, tokens, workflows, policy });
  handlers['InvokeHook'] = invokeHook({
    ...base,
    roles: access.roles,
    tokens,
    workflows,
    hooksWith: () => hooks,
  });
  handlers['Finish'] = finish({ ...base, ...access, metrics });
  const react = {
    event: onEvent({
      store,
      workflows,
      deadLetters: { send: async (record) => void deadLetters.push(record) },
      metrics,
      stateMachineArn: STATE_MACHINE_ARN,
    }),
    alarm: onAlarm({ ...base, tokens, workflows }),
    deadline: onDeadline({ ...base, tokens, workflows, metrics, stateMachineArn: STATE_MACHINE_ARN }),
    status: onExecutionStatus({ ...base, metrics, stateMachineArn: STATE_MACHINE_ARN }),
  };

  const stream = (event: StoredEvent): void => {
    if (lost.stream) return;
    clock.schedule(clock.now(), `stream ${event.stream}@${event.version}`, () =>
      react.event(recordOf(event)),
    );
  };
  world.register('Lambda', STATE_MACHINE_ARN, definition('lambda'));
  world.register('Hook', HOOK_MACHINE_ARN, definition('hook'));
  world.onStatusChange(async ({ status, executionArn, stateMachineArn, input, error, cause }) => {
    if (lost.status || !['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status)) return;
    await react.status({
      detail: { executionArn, stateMachineArn, status, input: JSON.stringify(input), error, cause },
    });
  });
  let sweeping = false;
  const sweepEveryMinute = (): void => {
    clock.schedule(clock.now() + 60_000, 'sweep', async () => {
      await react.deadline();
      if ((await memory.rows.count('due')) > 0) sweepEveryMinute();
      else sweeping = false;
    });
  };

  return {
    world,
    memory,
    base,
    react,
    waits: { tokens, workflows },
    /** What the front door works with. */
    api: { ...base, roles: access.roles, trust, tokens, workflows } satisfies ApiPorts,
    /** The sweep runs every minute, as long as there is anything to look after. */
    keepSweeping: (): void => {
      if (sweeping) return;
      sweeping = true;
      sweepEveryMinute();
    },
  };
}

function definition(name: 'lambda' | 'hook'): unknown {
  const file = new URL(`../../state-machines/${name}.asl.json`, import.meta.url);
  const text = readFileSync(file, 'utf8')
    .replaceAll(/\$\{(\w+)FunctionArn\}/g, '$1')
    .replaceAll('${HookStateMachineArn}', HOOK_MACHINE_ARN);
  return JSON.parse(text) as unknown;
}

function sent(send: () => void): 'sent' | 'over' {
  try {
    send();
    return 'sent';
  } catch (error) {
    if (['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'].includes((error as Error).name)) return 'over';
    throw error;
  }
}
