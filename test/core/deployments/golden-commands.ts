import type { Actor } from '../../../core/decider.ts';
import type {
  CreateLambdaDeployment,
  DeploymentCommand,
} from '../../../core/deployments/deployment-commands.ts';
import { deployment } from '../../../core/deployments/deployment.ts';
import { revision } from '../../../core/registry/revision.ts';
import { type StreamCommand, commandTo } from '../../../functions/runtime/execute.ts';
import { system } from '../../../functions/runtime/system.ts';

export const APPLICATION = 'a0000000-0000-4000-8000-000000000001';
export const GROUP = 'a0000000-0000-4000-8000-000000000002';
export const ROLE = 'arn:aws:iam::123456789012:role/sluice/Sluice/lambda';
export const policy = { timeScale: 1, bakeGraceSeconds: 60 };

/** So much later, somebody issues commands; one that needs to know the time is a function of it. */
export type Does = (
  actor: Actor,
  afterMilliseconds: number,
  ...commands: readonly (StreamCommand | ((at: number) => StreamCommand))[]
) => Promise<void>;

export function registration(from: number, goal: number) {
  const content = `version: 0.0\n# ${from} to ${goal}\n`;
  const location = { revisionType: 'AppSpecContent', sha256: system.sha256(content) } as const;
  return { applicationId: APPLICATION, revisionId: system.sha256(`${from}-${goal}`), location, content };
}

export function reference(from: number, goal: number) {
  const { revisionId, location } = registration(from, goal);
  return { revisionId, location };
}

export function register(from: number, goal: number): StreamCommand {
  const data = { ...registration(from, goal), onlyIfNew: true };
  return commandTo(revision, `revision#${data.revisionId}`, { type: 'RegisterRevision', data });
}

export function create(
  deploymentId: string,
  from: number,
  goal: number,
  rest: Partial<CreateLambdaDeployment> = {},
): StreamCommand {
  const data: CreateLambdaDeployment = {
    deploymentId,
    applicationId: APPLICATION,
    applicationName: 'shop',
    deploymentGroupId: GROUP,
    deploymentGroupName: 'live',
    computePlatform: 'Lambda',
    revision: reference(from, goal),
    deploymentConfigName: 'TwentyForTwoMinutes',
    trafficSteps: [{ weight: 20, bakeMinutes: 2 }, { weight: 100 }],
    serviceRoleArn: ROLE,
    creator: 'user',
    autoRollback: { enabled: true, events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
    alarms: { names: ['checkout-5xx'], ignorePollAlarmFailure: false },
    ...rest,
  };
  return to(deploymentId, { type: 'CreateDeployment', data });
}

export function to(deploymentId: string, command: DeploymentCommand): StreamCommand {
  return commandTo(deployment, `deployment#${deploymentId}`, command);
}

export function arn(execution: string): { readonly executionArn: string } {
  return { executionArn: `arn:aws:states:eu-west-1:123456789012:execution:Sluice-lambda:${execution}` };
}

export function by(execution: string): Actor {
  return { type: 'execution', id: arn(execution).executionArn };
}

export async function startTo(
  does: Does,
  id: string,
  from: number,
  goal: number,
  rest: Partial<Extract<DeploymentCommand, { type: 'AdmitDeployment' }>['data']> = {},
): Promise<void> {
  const data = {
    ...arn(id),
    target: {
      functionName: 'checkout',
      functionAlias: 'live',
      currentVersion: String(from),
      targetVersion: String(goal),
    },
    versionBefore: String(from),
    alreadyInPlace: false,
    writtenRevision: registration(goal, from),
    policy,
    ...rest,
  };
  await does(by(id), 350, to(id, { type: 'AdmitDeployment', data }));
}

export async function shift(
  does: Does,
  id: string,
  step: number,
  afterMilliseconds = 40,
  change: 'moved' | 'found' = 'moved',
): Promise<void> {
  let enteredAt = 0;
  await does(by(id), afterMilliseconds, (at) => {
    enteredAt = at - 30;
    return to(id, { type: 'BeginShift', data: arn(id) });
  });
  await does(
    by(id),
    180,
    to(id, { type: 'CompleteShift', data: { ...arn(id), step, change, enteredAt, policy } }),
  );
}

export async function restore(does: Does, id: string, version: number): Promise<void> {
  await does(by(id), 120, to(id, { type: 'BeginRestore', data: arn(id) }));
  const message = `The alias live of checkout is whole on version ${version} again.`;
  const done = { outcome: 'restored', weight: 0, message } as const;
  await does(by(id), 90, to(id, { type: 'CompleteRestore', data: { ...arn(id), ...done } }));
}

export async function finish(does: Does, id: string, rollbackDeploymentId: string): Promise<void> {
  await does(by(id), 150, to(id, { type: 'FinishDeployment', data: { ...arn(id), rollbackDeploymentId } }));
}
