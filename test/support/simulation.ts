import { readFileSync } from 'node:fs';
import type { DynamoDBRecord } from 'aws-lambda';
import type { StoredEvent } from '../../core/chain.ts';
import type { Json } from '../../core/decider.ts';
import { lambdaAppSpecText } from '../../core/appspec/lambda-appspec.ts';
import type { CreateDeployment, DeploymentCommand } from '../../core/deployments/deployment-commands.ts';
import type { DeploymentEvent } from '../../core/deployments/deployment-events.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { revision, revisionIdentity } from '../../core/registry/revision.ts';
import type { AlarmState } from '../../functions/adapters/alarms.ts';
import type { EventStore } from '../../functions/adapters/event-store.ts';
import type { AssumedRole } from '../../functions/adapters/service-roles.ts';
import type { Workflows } from '../../functions/adapters/workflows.ts';
import { admit } from '../../functions/lifecycle/admit.ts';
import { allowTraffic } from '../../functions/lifecycle/allow-traffic.ts';
import { finish } from '../../functions/lifecycle/finish.ts';
import type { Home } from '../../functions/reactions/on-alarm.ts';
import { onAlarm } from '../../functions/reactions/on-alarm.ts';
import { onDeadline } from '../../functions/reactions/on-deadline.ts';
import { onEvent } from '../../functions/reactions/on-events.ts';
import { onExecutionStatus } from '../../functions/reactions/on-execution-status.ts';
import { aggregates } from '../../functions/runtime/aggregates.ts';
import { commandTo, execute } from '../../functions/runtime/execute.ts';
import { load, recorded } from '../../functions/runtime/history.ts';
import { wake } from '../../functions/runtime/wake.ts';
import { APPLICATION, createDeployment, registered } from './a-deployment.ts';
import type { World } from './asl-interpreter.ts';
import { createWorld } from './asl-interpreter.ts';
import type { FakeLambda } from './fake-lambda.ts';
import { fakeLambda } from './fake-lambda.ts';
import type { MemoryEventStore } from './memory-event-store.ts';
import { memoryEventStore } from './memory-event-store.ts';
import { memoryTokens } from './memory-tokens.ts';
import { recordOf } from './stream-record.ts';
import { simulatedSystem } from './simulated-time.ts';

export const START_AT = Date.UTC(2027, 0, 1, 12);
export const STATE_MACHINE_ARN = 'arn:aws:states:eu-north-1:111122223333:stateMachine:Lambda';
export const HOME = { accountId: '111122223333', region: 'eu-north-1' };
export const QUOTE = { functionName: 'price-quote', functionAlias: 'live' };

/** What a deployment of the simulation differs in from a canary of price-quote from version 1 to 2. */
export interface Launch {
  readonly functionName?: string;
  readonly functionAlias?: string;
  readonly currentVersion?: string;
  readonly targetVersion?: string;
  readonly content?: string;
  readonly steps?: CreateDeployment['trafficSteps'];
  readonly alarms?: Partial<CreateDeployment['alarms']>;
  readonly rollbackOn?: readonly string[];
}

/**
 * All of Sluice but the AWS clients: the real workflows in the interpreter, the real tasks and reactions, the memory
 * store with its stream, Lambda and the rest as fakes, on a virtual clock. Signals arrive unless they are lost.
 */
export interface Simulation {
  readonly world: World;
  readonly store: MemoryEventStore;
  readonly lambda: FakeLambda;
  /** Alarm states by name; a name that is absent is no alarm at all. */
  readonly alarms: Map<string, AlarmState['state']>;
  readonly deadLetters: unknown[];
  readonly counted: string[];
  /** What AssumeRole answers from now on. */
  role: () => AssumedRole;
  /** Which signals get lost. */
  readonly lost: { stream: boolean; alarm: boolean; wake: boolean; status: boolean };
  readonly launch: (launch?: Launch) => Promise<string>;
  readonly command: (deploymentId: string, command: DeploymentCommand) => Promise<void>;
  readonly stop: (deploymentId: string, autoRollbackEnabled?: boolean) => Promise<void>;
  /** The alarm changes and CloudWatch tells it. */
  readonly ring: (alarmName: string) => Promise<void>;
  /** Gives the alarm reaction an event as it is. */
  readonly alarm: (event: unknown, home?: Home) => Promise<void>;
  readonly sweep: () => Promise<void>;
  /** Gives the stream's reaction a record as it is. */
  readonly poison: (record: DynamoDBRecord) => Promise<void>;
  readonly deployment: (deploymentId: string) => Promise<ExistingDeployment>;
  readonly events: (deploymentId: string) => readonly DeploymentEvent[];
  readonly types: (deploymentId: string) => readonly string[];
  /** The deployment that was created to roll this one back. */
  readonly rollbackOf: (deploymentId: string) => Promise<ExistingDeployment | undefined>;
}

export async function simulation(): Promise<Simulation> {
  const memory = memoryEventStore();
  const lambda = fakeLambda();
  const alarms: Simulation['alarms'] = new Map();
  const lost: Simulation['lost'] = { stream: false, alarm: false, wake: false, status: false };
  const counted: string[] = [];
  const deadLetters: unknown[] = [];
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
  const policy = { timeScale: 1, bakeGraceSeconds: 60 };
  const access = {
    roles: {
      assume: async () => self.role(),
      tags: async () => ({ status: 'read', tags: {} }) as const,
    },
    aliasesWith: () => lambda.aliases,
    alarmsWith: () => ({
      look: async (names: readonly string[]) => ({
        status: 'seen' as const,
        states: names.map((name): AlarmState => ({ name, state: alarms.get(name) ?? 'MISSING' })),
      }),
    }),
  };
  handlers['Admit'] = admit({ ...base, ...access, policy });
  handlers['AllowTraffic'] = allowTraffic({ ...base, ...access, tokens, workflows, policy });
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
    status: onExecutionStatus({ ...base, metrics }),
  };

  const stream = (event: StoredEvent): void => {
    if (lost.stream) return;
    clock.schedule(clock.now(), `stream ${event.stream}@${event.version}`, () =>
      react.event(recordOf(event)),
    );
  };
  world.register('Lambda', STATE_MACHINE_ARN, definition());
  world.onStatusChange(async ({ status, executionArn, stateMachineArn, input, error, cause }) => {
    if (lost.status || !['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status)) return;
    await react.status({
      detail: { executionArn, stateMachineArn, status, input: JSON.stringify(input), error, cause },
    });
  });
  // The sweep runs every minute, as long as there is anything to look after.
  const sweepEveryMinute = (): void => {
    clock.schedule(clock.now() + 60_000, 'sweep', async () => {
      await react.deadline();
      if ((await memory.rows.count('due')) > 0) sweepEveryMinute();
      else sweeping = false;
    });
  };
  let sweeping = false;

  const issued = () => ({
    id: system.uuid(),
    at: clock.now(),
    actor: { type: 'user', id: 'arn:aws:iam::111122223333:user/ada' } as const,
  });
  const self: Simulation = {
    world,
    store: memory,
    lambda,
    alarms,
    deadLetters,
    counted,
    lost,
    role: () => ({
      status: 'assumed',
      credentials: { accessKeyId: '', secretAccessKey: '', sessionToken: '' },
    }),
    launch: async (launch = {}) => {
      const deploymentId = system.deploymentId();
      const content = launch.content ?? lambdaAppSpecText({ ...QUOTE, ...VERSIONS, ...launch }, 'quote');
      const location = { revisionType: 'AppSpecContent', sha256: system.sha256(content) } as const;
      const revisionId = system.sha256(revisionIdentity(APPLICATION.applicationId, location));
      const data = createdBy(deploymentId, { revisionId, location }, launch);
      const { applicationId } = APPLICATION;
      await execute(base, issued(), [
        commandTo(revision, `revision#${revisionId}`, {
          type: 'RegisterRevision',
          data: { applicationId, revisionId, location, content, onlyIfNew: true },
        }),
        commandTo(deployment, `deployment#${deploymentId}`, { type: 'CreateDeployment', data }),
      ]);
      if (!sweeping) {
        sweeping = true;
        sweepEveryMinute();
      }
      return deploymentId;
    },
    command: async (deploymentId, command) => {
      await execute(base, issued(), [commandTo(deployment, `deployment#${deploymentId}`, command)]);
    },
    stop: async (deploymentId, autoRollbackEnabled) => {
      const data = autoRollbackEnabled === undefined ? {} : { autoRollbackEnabled };
      await self.command(deploymentId, { type: 'StopDeployment', data });
      await wake({ tokens, workflows }, deploymentId, 'Ending', 'stopped by request');
    },
    ring: async (alarmName) => {
      alarms.set(alarmName, 'ALARM');
      if (lost.alarm) return;
      const AlarmArn = `arn:aws:cloudwatch:${HOME.region}:${HOME.accountId}:alarm:${alarmName}`;
      const AWSAccountId = HOME.accountId;
      const Message = JSON.stringify({
        AlarmName: alarmName,
        NewStateValue: 'ALARM',
        AWSAccountId,
        AlarmArn,
      });
      await react.alarm({ Records: [{ Sns: { Message } }] }, HOME);
    },
    sweep: async () => {
      await react.deadline();
    },
    alarm: (event, home = HOME) => react.alarm(event, home),
    poison: (record) => react.event(record),
    deployment: async (deploymentId) => {
      const state = await load(memory, deployment, `deployment#${deploymentId}`);
      if (state.status === 'Absent') throw new Error(`no deployment ${deploymentId}`);
      return state;
    },
    events: (deploymentId) =>
      memory
        .allEvents()
        .filter((event) => event.stream === `deployment#${deploymentId}`)
        .map((event) => recorded<DeploymentEvent>(event)),
    types: (deploymentId) => self.events(deploymentId).map(({ type }) => type),
    rollbackOf: async (deploymentId) => {
      const { end } = await self.deployment(deploymentId);
      if (end?.status !== 'Early' || end.rollback.status !== 'triggered') return undefined;
      return self.deployment(end.rollback.deploymentId);
    },
  };
  lambda.give(QUOTE, { functionVersion: '1', additionalVersionWeights: {} }, ['1', '2', '3']);
  await registered(system, memory);
  return self;
}

const VERSIONS = { currentVersion: '1', targetVersion: '2' };

function createdBy(
  deploymentId: string,
  reference: CreateDeployment['revision'],
  { steps, alarms, rollbackOn }: Launch,
): CreateDeployment {
  const { data } = createDeployment(deploymentId, alarms?.names ?? []);
  return {
    ...data,
    revision: reference,
    trafficSteps: steps ?? data.trafficSteps,
    autoRollback: { enabled: rollbackOn !== undefined, events: rollbackOn ?? [] },
    alarms: { ...data.alarms, ignorePollAlarmFailure: alarms?.ignorePollAlarmFailure ?? false },
  };
}

function definition(): unknown {
  const file = new URL('../../state-machines/lambda.asl.json', import.meta.url);
  const text = readFileSync(file, 'utf8').replaceAll(/\$\{(\w+)FunctionArn\}/g, '$1');
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
