import type { DynamoDBRecord } from 'aws-lambda';
import { readFileSync } from 'node:fs';
import type { StoredEvent } from '../../core/chain.ts';
import type { Json } from '../../core/decider.ts';
import type { AlarmState } from '../../functions/adapters/alarms.ts';
import type { AwsFailure } from '../../functions/adapters/aws-failure.ts';
import type { EventStore } from '../../functions/adapters/event-store.ts';
import type { HookFunctions, HookOutcome } from '../../functions/adapters/hook-functions.ts';
import type { BundlePaths } from '../../functions/adapters/bundle-paths.ts';
import type { GitHubRepositories } from '../../functions/adapters/git-hub-repositories.ts';
import type { RevisionObjects } from '../../functions/adapters/revision-objects.ts';
import type { AssumedRole } from '../../functions/adapters/service-roles.ts';
import type { Workflows } from '../../functions/adapters/workflows.ts';
import type { ApiPorts } from '../../functions/api/operation.ts';
import { admit } from '../../functions/lifecycle/admit.ts';
import { allowTraffic } from '../../functions/lifecycle/allow-traffic.ts';
import { finish } from '../../functions/lifecycle/finish.ts';
import { invokeHook } from '../../functions/lifecycle/invoke-hook.ts';
import type { Home } from '../../functions/reactions/on-alarm.ts';
import { onAlarm } from '../../functions/reactions/on-alarm.ts';
import { onDeadline } from '../../functions/reactions/on-deadline.ts';
import { onEvent } from '../../functions/reactions/on-events.ts';
import { onExecutionStatus } from '../../functions/reactions/on-execution-status.ts';
import { aggregates } from '../../functions/runtime/aggregates.ts';
import type { Ec2Instance } from '../../functions/adapters/fleet-instances.ts';
import { fleetTasks } from './fleet-tasks.ts';
import { SERVICE_ROLE_ARN } from './a-deployment.ts';
import { createWorld } from './asl-interpreter.ts';
import type { FakeLambda } from './fake-lambda.ts';
import { fakeAutoScalingGroups } from './fake-auto-scaling-groups.ts';
import { fakeGitHubTokenNames } from './fake-github-token-names.ts';
import { memorySecrets } from './memory-hosts.ts';
import { fakeTopics } from './fake-topics.ts';
import { memoryEventStore } from './memory-event-store.ts';
import { memoryTokens } from './memory-tokens.ts';
import { simulatedSystem } from './simulated-time.ts';
import { recordOf } from './stream-record.ts';

export const START_AT = Date.UTC(2027, 0, 1, 12);
export const STATE_MACHINE_ARN = 'arn:aws:states:eu-north-1:111122223333:stateMachine:Lambda';
/** What the simulation does not run, but has to name. */
const SERVER_MACHINE_ARN = 'arn:aws:states:eu-north-1:111122223333:stateMachine:InPlace';
export const INSTANCE_MACHINE_ARN = 'arn:aws:states:eu-north-1:111122223333:stateMachine:Instance';
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
  /** When sweeps came to their end. */
  readonly sweeps: number[];
  readonly hookCalls: HookEvent[];
  /** What a validation function does when it is called. */
  hook: (functionName: string, event: HookEvent) => Promise<HookOutcome>;
  /** What reading a revision in S3 gives. */
  object: RevisionObjects['read'];
  /** What is in a bundle in S3. */
  bundle: BundlePaths['of'];
  /** What GitHub shows to anybody. */
  gitHub: GitHubRepositories['look'];
  /** Told of each event as it is written. */
  appended: (event: StoredEvent) => void;
  /** The instances of EC2 that any tags choose. */
  instances: readonly Ec2Instance[];
  /** What AssumeRole answers. */
  role: () => AssumedRole;
  /** Stands around each call of a function, to see what it is called with and what comes of it. */
  around: <Answer>(functionName: string, event: unknown, call: () => Promise<Answer>) => Promise<Answer>;
}

/** Where the definitions of the workflows are: those of today, or those that a release left. */
const TODAY = new URL('../../state-machines/', import.meta.url);

/** The real workflows, tasks and reactions, wired to the memory store with its stream and to the fakes. */
export function simulatedSluice(fakes: Fakes, definitions: URL = TODAY) {
  const memory = memoryEventStore();
  const { lambda, alarms, lost, counted, deadLetters, sweeps, hookCalls, deaf } = fakes;
  const handlers: Record<string, (payload: Json) => Promise<unknown>> = {};
  const world = createWorld({
    startAt: START_AT,
    invoke: (name, payload) => {
      const handler = handlers[name];
      if (handler === undefined) throw new Error(`no function ${name}`);
      return fakes.around(name, payload, () => handler(payload));
    },
  });
  const { clock } = world;

  const store: EventStore = {
    load: memory.load,
    append: async (append) => {
      if (append.events.some(({ stream: name }) => deaf.has(name))) throw new Error('the table is away');
      const outcome = await memory.append(append);
      if (outcome.status === 'appended') append.events.forEach(stream);
      if (outcome.status === 'appended') append.events.forEach((event) => fakes.appended(event));
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
    stop: async (arn, error, cause) => {
      const exists = world.listExecutions().some(({ executionArn }) => executionArn === arn);
      if (exists) world.stopExecution(arn, error, cause);
    },
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
    autoScalingGroupsWith: fakeAutoScalingGroups().with,
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
  const fleet = fleetTasks({
    ...base,
    ...access,
    trust,
    policy,
    tokens,
    workflows,
    instancesWith: () => ({
      tagged: async () => ({ status: 'found', instances: fakes.instances }),
      named: async () => ({ status: 'found', instances: [] }),
    }),
    bundlePathsWith: () => ({ of: (bundle) => fakes.bundle(bundle) }),
    gitHubTokenNames: fakeGitHubTokenNames('connected'),
    gitHubRepositories: { look: (location) => fakes.gitHub(location) },
  });
  Object.assign(handlers, fleet);
  const stateMachineArns = { Lambda: STATE_MACHINE_ARN, Server: SERVER_MACHINE_ARN };
  const event = onEvent({
    ...base,
    tokens,
    workflows,
    deadLetters: { send: async (record) => void deadLetters.push(record) },
    metrics,
    stateMachineArns,
  });
  const alarm = onAlarm({ ...base, tokens, workflows });
  const deadline = onDeadline({
    ...base,
    tokens,
    workflows,
    metrics,
    signs: { presence: async () => undefined, lastHeartbeat: async () => undefined },
    sweeps: { record: async (at) => void sweeps.push(at) },
    stateMachineArns,
  });
  const status = onExecutionStatus({ ...base, tokens, workflows, metrics, stateMachineArns });
  const react = {
    event: (record: DynamoDBRecord) => fakes.around('OnEvents', record, () => event(record)),
    alarm: (change: unknown, home: Home) => fakes.around('OnAlarm', change, () => alarm(change, home)),
    deadline: () => fakes.around('OnDeadline', {}, () => deadline()),
    status: (change: unknown) => fakes.around('OnExecutionStatus', change, () => status(change)),
  };

  const stream = (event: StoredEvent): void => {
    if (lost.stream) return;
    clock.schedule(clock.now(), `stream ${event.stream}@${event.version}`, () =>
      react.event(recordOf(event)),
    );
  };
  world.register('Lambda', STATE_MACHINE_ARN, definition(definitions, 'lambda'));
  world.register('Hook', HOOK_MACHINE_ARN, definition(definitions, 'hook'));
  // A release of before had none.
  if (definitions === TODAY) {
    world.register('InPlace', SERVER_MACHINE_ARN, definition(definitions, 'in-place'));
    world.register('Instance', INSTANCE_MACHINE_ARN, definition(definitions, 'instance'));
  }
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
    /** The functions of the states, by the names that the definitions call them. */
    tasks: handlers as Readonly<Record<string, (event: Json) => Promise<unknown>>>,
    /** What the front door works with. */
    api: {
      ...base,
      roles: access.roles,
      trust,
      tokens,
      workflows,
      topicsWith: fakeTopics().with,
      autoScalingGroupsWith: access.autoScalingGroupsWith,
      gitHubTokenNames: fakeGitHubTokenNames(),
      hostSecrets: memorySecrets(),
    } satisfies ApiPorts,
    /** The sweep runs every minute, as long as there is anything to look after. */
    keepSweeping: (): void => {
      if (sweeping) return;
      sweeping = true;
      sweepEveryMinute();
    },
  };
}

function definition(folder: URL, name: 'lambda' | 'hook' | 'in-place' | 'instance'): unknown {
  const text = readFileSync(new URL(`${name}.asl.json`, folder), 'utf8')
    .replaceAll(/\$\{(\w+)FunctionArn\}/g, '$1')
    .replaceAll('${HookStateMachineArn}', HOOK_MACHINE_ARN)
    .replaceAll('${InstanceStateMachineArn}', INSTANCE_MACHINE_ARN);
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
