import { lambdaAppSpecText } from '../../core/appspec/lambda-appspec.ts';
import type {
  CreateLambdaDeployment,
  DeploymentCommand,
} from '../../core/deployments/deployment-commands.ts';
import type { DeploymentEvent } from '../../core/deployments/deployment-events.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { application } from '../../core/registry/application.ts';
import { deploymentGroup } from '../../core/registry/deployment-group.ts';
import { revision, revisionIdentity } from '../../core/registry/revision.ts';
import type { DynamoDBRecord } from 'aws-lambda';
import type { ApiPorts } from '../../functions/api/operation.ts';
import type { Home } from '../../functions/reactions/on-alarm.ts';
import type { ParkedTokens } from '../../functions/adapters/parked-tokens.ts';
import { answerHook } from '../../functions/runtime/answer-hook.ts';
import { commandTo, execute } from '../../functions/runtime/execute.ts';
import { load, recorded } from '../../functions/runtime/history.ts';
import { settleWaits } from '../../functions/runtime/waits.ts';
import { APPLICATION, GROUP, SERVICE_ROLE_ARN, createDeployment, registered } from './a-deployment.ts';
import type { World } from './asl-interpreter.ts';
import { fakeLambda } from './fake-lambda.ts';
import type { MemoryEventStore } from './memory-event-store.ts';
import type { Fakes, HookEvent } from './simulated-sluice.ts';
import { simulatedSluice } from './simulated-sluice.ts';

export { HOOK_MACHINE_ARN, STATE_MACHINE_ARN } from './simulated-sluice.ts';
export type { HookEvent } from './simulated-sluice.ts';

export const HOME = { accountId: '111122223333', region: 'eu-north-1' };
export const QUOTE = { functionName: 'price-quote', functionAlias: 'live' };

/** What a deployment of the simulation differs in from a canary of price-quote from version 1 to 2. */
export interface Launch {
  readonly functionName?: string;
  readonly functionAlias?: string;
  readonly currentVersion?: string;
  readonly targetVersion?: string;
  readonly content?: string;
  /** Another group than the usual one. */
  readonly group?: string;
  readonly hooks?: { readonly BeforeAllowTraffic?: string; readonly AfterAllowTraffic?: string };
  readonly steps?: CreateLambdaDeployment['trafficSteps'];
  readonly alarms?: Partial<CreateLambdaDeployment['alarms']>;
  readonly rollbackOn?: readonly string[];
}

/**
 * All of Sluice but the AWS clients: the real workflows in the interpreter, the real tasks and reactions, the memory
 * store with its stream, Lambda and the rest as fakes, on a virtual clock. Signals arrive unless they are lost.
 */
export interface Simulation extends Fakes {
  readonly world: World;
  readonly tokens: ParkedTokens;
  readonly store: MemoryEventStore;
  /** For a front door to it. */
  readonly api: ApiPorts;
  /** As the function's PutLifecycleEventHookExecutionStatus would. */
  readonly callBack: (event: HookEvent, status: 'Succeeded' | 'Failed') => Promise<void>;
  /** The sweep runs every minute from now on, as long as a deployment is under way. */
  readonly keepSweeping: () => void;
  readonly launch: (launch?: Launch) => Promise<string>;
  readonly deleteApplication: () => Promise<void>;
  readonly deleteGroup: () => Promise<void>;
  /** Nothing can be written to this deployment from now on. */
  readonly deafen: (deploymentId: string) => void;
  readonly command: (deploymentId: string, command: DeploymentCommand) => Promise<void>;
  readonly stop: (deploymentId: string, autoRollbackEnabled?: boolean) => Promise<void>;
  /** The alarm changes and CloudWatch tells it. */
  readonly ring: (alarmName: string) => Promise<void>;
  /** Gives the alarm reaction an event as it is. */
  readonly alarm: (event: unknown, home?: Home) => Promise<void>;
  /** Gives the reaction to the ends of executions an event as it is. */
  readonly status: (event: unknown) => Promise<void>;
  readonly sweep: () => Promise<void>;
  /** Gives the stream's reaction a record as it is. */
  readonly poison: (record: DynamoDBRecord) => Promise<void>;
  readonly deployment: (deploymentId: string) => Promise<ExistingDeployment>;
  readonly events: (deploymentId: string) => readonly DeploymentEvent[];
  readonly types: (deploymentId: string) => readonly string[];
  /** The deployment that was created to roll this one back. */
  readonly rollbackOf: (deploymentId: string) => Promise<ExistingDeployment | undefined>;
}

/** `definitions` is the folder of the workflows' definitions, by default those of today. */
export async function simulation(definitions?: URL): Promise<Simulation> {
  const fakes = freeFakes();
  const { world, memory, base, react, waits, api, keepSweeping } = simulatedSluice(fakes, definitions);
  const { system } = base;
  const { clock } = world;
  const issued = () => ({
    id: system.uuid(),
    at: clock.now(),
    actor: { type: 'user', id: 'arn:aws:iam::111122223333:user/ada' } as const,
  });
  const self: Simulation = Object.assign(fakes, {
    world,
    store: memory,
    tokens: waits.tokens,
    api,
    keepSweeping,
    callBack: async ({ DeploymentId, LifecycleEventHookExecutionId }, status) => {
      await answerHook({ ...base, ...waits }, issued(), {
        deploymentId: DeploymentId,
        lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
        status,
      });
    },
    launch: async (launch = {}) => {
      const deploymentId = system.deploymentId();
      const content = launch.content ?? appSpecOf(launch);
      const location = { revisionType: 'AppSpecContent', sha256: system.sha256(content) } as const;
      const revisionId = system.sha256(revisionIdentity(APPLICATION.applicationId, location));
      const data = createdBy(deploymentId, { revisionId, location }, launch);
      const { applicationId } = APPLICATION;
      if (launch.group !== undefined) await register(base, issued(), launch.group);
      await execute(base, issued(), [
        commandTo(revision, `revision#${revisionId}`, {
          type: 'RegisterRevision',
          data: { applicationId, revisionId, location, content, onlyIfNew: true },
        }),
        commandTo(deployment, `deployment#${deploymentId}`, { type: 'CreateDeployment', data }),
      ]);
      keepSweeping();
      return deploymentId;
    },
    deleteApplication: async () => {
      const stream = `application#${APPLICATION.applicationId}`;
      await execute(base, issued(), [
        commandTo(application, stream, { type: 'DeleteApplication', data: {} }),
      ]);
    },
    deleteGroup: async () => {
      const stream = `deployment-group#${GROUP.deploymentGroupId}`;
      await execute(base, issued(), [
        commandTo(deploymentGroup, stream, { type: 'DeleteDeploymentGroup', data: {} }),
      ]);
    },
    deafen: (deploymentId) => void fakes.deaf.add(`deployment#${deploymentId}`),
    command: async (deploymentId, command) => {
      await execute(base, issued(), [commandTo(deployment, `deployment#${deploymentId}`, command)]);
    },
    stop: async (deploymentId, autoRollbackEnabled) => {
      const data = autoRollbackEnabled === undefined ? {} : { autoRollbackEnabled };
      await self.command(deploymentId, { type: 'StopDeployment', data });
      await settleWaits(waits, await self.deployment(deploymentId));
    },
    ring: async (alarmName) => {
      fakes.alarms.set(alarmName, 'ALARM');
      if (fakes.lost.alarm) return;
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
    status: (event) => react.status(event),
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
  } satisfies Omit<Simulation, keyof Fakes>);
  fakes.lambda.give(QUOTE, { functionVersion: '1', additionalVersionWeights: {} }, ['1', '2', '3']);
  await registered(system, memory);
  return self;
}

/** A world in which nothing fails. */
export function freeFakes(): Fakes {
  return {
    lambda: fakeLambda(),
    alarms: new Map(),
    blind: () => undefined,
    lost: { stream: false, alarm: false, wake: false, status: false },
    deaf: new Set(),
    counted: [],
    deadLetters: [],
    sweeps: [],
    hookCalls: [],
    hook: async () => ({ status: 'returned', result: { status: 'Succeeded' }, logTail: '' }),
    object: async () => ({ status: 'missing', message: 'no such key' }),
    bundle: async function* bundle() {
      yield 'appspec.yml';
    },
    gitHub: async () => ({ status: 'hidden' }),
    around: (_name, _event, call) => call(),
    appended: () => undefined,
    instances: [],
    role: () => ({
      status: 'assumed',
      credentials: { accessKeyId: '', secretAccessKey: '', sessionToken: '' },
    }),
  };
}

/** Another group of the same application. */
async function register(
  base: Parameters<typeof execute>[0],
  issued: Parameters<typeof execute>[1],
  group: string,
): Promise<void> {
  await execute(base, issued, [
    commandTo(deploymentGroup, `deployment-group#${group}`, {
      type: 'CreateDeploymentGroup',
      data: {
        ...APPLICATION,
        deploymentGroupId: group,
        deploymentGroupName: group,
        computePlatform: 'Lambda',
        settings: {
          serviceRoleArn: SERVICE_ROLE_ARN,
          deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
        },
      },
    }),
  ]);
}

function appSpecOf(launch: Launch): string {
  const text = lambdaAppSpecText({ ...QUOTE, ...VERSIONS, ...launch }, 'quote');
  if (launch.hooks === undefined) return text;
  const Hooks = Object.entries(launch.hooks).map(([event, functionName]) => ({ [event]: functionName }));
  return JSON.stringify({ ...(JSON.parse(text) as object), Hooks });
}

const VERSIONS = { currentVersion: '1', targetVersion: '2' };

function createdBy(
  deploymentId: string,
  reference: CreateLambdaDeployment['revision'],
  { steps, alarms, rollbackOn, group }: Launch,
): CreateLambdaDeployment {
  const { data } = createDeployment(deploymentId, alarms?.names ?? []);
  return {
    ...data,
    ...(group === undefined ? {} : { deploymentGroupId: group, deploymentGroupName: group }),
    revision: reference,
    trafficSteps: steps ?? data.trafficSteps,
    autoRollback: { enabled: rollbackOn !== undefined, events: rollbackOn ?? [] },
    alarms: { ...data.alarms, ignorePollAlarmFailure: alarms?.ignorePollAlarmFailure ?? false },
  };
}
