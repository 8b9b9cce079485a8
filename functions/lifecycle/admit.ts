import { parseLambdaAppSpec, refuseHooks } from '../../core/appspec/lambda-appspec.ts';
import type { AliasAdmission } from '../../core/deployments/alias-admission.ts';
import { admitAlias, admitRollback } from '../../core/deployments/alias-admission.ts';
import type { TimePolicy } from '../../core/deployments/deadlines.ts';
import type { DeploymentCommand } from '../../core/deployments/deployment-commands.ts';
import type { DeploymentCreated, LambdaTarget } from '../../core/deployments/deployment-events.ts';
import type { Deployment, ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import type { DeploymentErrorCode } from '../../core/deployments/deployment-status.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { Refusal } from '../../core/refusal.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import { commandTo, execute, stateOf } from '../runtime/execute.ts';
import type { AccessPorts, GroupAccess } from '../runtime/group-access.ts';
import { accessOf } from '../runtime/group-access.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import { accessPorts, storePorts, timePolicy } from '../runtime/ports.ts';
import type { Task } from '../runtime/task.ts';
import { issuedBy, taskOf } from '../runtime/task.ts';
import { lookAtAlarms } from './look-at-alarms.ts';
import { previousRevision, writtenRevision } from './rollback-revision.ts';

export type AdmitPorts = ExecutePorts &
  AccessPorts & { readonly rows: RowReader; readonly policy: TimePolicy };

/** What the workflow reads of the answer: where to go, and how long each bake is. */
export interface Admission {
  readonly deploymentId: string;
  readonly next: 'AllowTraffic' | 'RestoreTraffic' | 'Finish';
  /** The whole seconds of a bake: all bakes of a plan are equally long. */
  readonly timeoutSeconds: number;
}

/** A step without a bake ends by its own answer; this only bounds how long that may take. */
const NO_BAKE_TIMEOUT_SECONDS = 300;

/** State Admit: finds out what is to be moved, and records it or why not. May run twice. */
export function admit(ports: AdmitPorts): (event: unknown) => Promise<Admission> {
  return async (event) => {
    const task = taskOf(event);
    const before = await load(ports.store, deployment, task.stream);
    if (before.status === 'Absent') {
      throw new Refusal('DeploymentDoesNotExistException', `There is no deployment ${task.deploymentId}.`);
    }
    if (!isOpen(before)) return answer(task, before);
    const after = await examined(ports, task, before);
    return answer(task, after);
  };
}

function isOpen(state: ExistingDeployment): boolean {
  return !hasEnded(state.status) && state.ending === undefined && state.admission === undefined;
}

function answer(task: Task, state: Deployment): Admission {
  const { deploymentId } = task;
  if (state.status === 'Absent') throw new Error('an admitted deployment exists');
  const timeoutSeconds = state.admission?.steps[0]?.bakeSeconds ?? NO_BAKE_TIMEOUT_SECONDS;
  // A replaced execution never resumes: whatever the dead one was doing is put back.
  if (state.ending !== undefined || hasEnded(state.status) || state.executions > 1) {
    return { deploymentId, next: state.traffic.touched ? 'RestoreTraffic' : 'Finish', timeoutSeconds };
  }
  return { deploymentId, next: 'AllowTraffic', timeoutSeconds };
}

async function examined(ports: AdmitPorts, task: Task, state: ExistingDeployment): Promise<Deployment> {
  const finding = await examine(ports, state);
  const commands: readonly DeploymentCommand[] =
    finding.status === 'refused'
      ? [failure(task, finding)]
      : [
          {
            type: 'AdmitDeployment',
            data: { executionArn: task.executionArn, ...finding.data, policy: ports.policy },
          },
        ];
  const admitted = await decided(ports, task, commands);
  if (finding.status === 'refused') return admitted;
  // After the admission, so that an alarm that already rings ends it as any later one would.
  const look = await lookAtAlarms(finding.access.alarms, state.created.alarms);
  if (look.status === 'quiet') return admitted;
  if (look.status === 'ringing') return decided(ports, task, [{ type: 'RaiseAlarm', data: look.alarm }]);
  // AllowTraffic looks again before it moves anything, and waits where it is throttled.
  return admitted;
}

async function decided(
  ports: AdmitPorts,
  task: Task,
  commands: readonly DeploymentCommand[],
): Promise<Deployment> {
  const streamCommands = commands.map((command) => commandTo(deployment, task.stream, command));
  const result = await execute(ports, issuedBy(task, ports.system), streamCommands);
  return stateOf(result, deployment, task.stream);
}

type Refused = { readonly status: 'refused'; readonly code: DeploymentErrorCode; readonly message: string };

function failure(task: Task, { code, message }: Refused): DeploymentCommand {
  return { type: 'FailDeployment', data: { executionArn: task.executionArn, code, message } };
}

type Finding =
  | Refused
  | {
      readonly status: 'admitted';
      readonly access: GroupAccess;
      readonly data: Omit<
        Extract<DeploymentCommand, { type: 'AdmitDeployment' }>['data'],
        'executionArn' | 'policy'
      >;
    };

async function examine(ports: AdmitPorts, { created }: ExistingDeployment): Promise<Finding> {
  const target = await targetOf(ports.rows, created);
  if (target.status === 'refused') return target;
  const granted = await accessOf(ports, created);
  if (granted.status === 'refused') return granted;
  const { access } = granted;
  const admission = await aliasAdmission(access, created, target.target);
  if (admission.status === 'refused') return admission;
  const version = await checkedVersion(access, admission.target);
  if (version.status === 'refused') return version;
  const previous = await previousRevision(ports.rows, created.deploymentGroupId, admission.target);
  return {
    status: 'admitted',
    access,
    data: {
      target: admission.target,
      versionBefore: admission.versionBefore,
      alreadyInPlace: admission.alreadyInPlace,
      ...(previous === undefined ? {} : { previousRevision: previous }),
      writtenRevision: writtenRevision(ports.system, created.applicationId, admission),
      ...(version.skipped === undefined ? {} : { skippedChecks: [version.skipped] }),
    },
  };
}

/** A rollback knows its target from the deployment it undoes; any other reads it from the AppSpec. */
async function targetOf(
  rows: RowReader,
  created: DeploymentCreated,
): Promise<Refused | { readonly status: 'known'; readonly target: LambdaTarget }> {
  const { rollbackOf, applicationId, applicationName, deploymentGroupId, deploymentGroupName } = created;
  if (rollbackOf !== undefined) return { status: 'known', target: rollbackOf.target };
  if ((await rows.get(rowKeys.application(applicationId))) === undefined) {
    const message = `The application ${applicationName} no longer exists.`;
    return { status: 'refused', code: 'APPLICATION_MISSING', message };
  }
  if ((await rows.get(rowKeys.deploymentGroup(deploymentGroupId))) === undefined) {
    const message = `The deployment group ${deploymentGroupName} no longer exists.`;
    return { status: 'refused', code: 'DEPLOYMENT_GROUP_MISSING', message };
  }
  const revision = await rows.get(rowKeys.revision(created.revision.revisionId));
  if (revision === undefined) {
    const message = `The revision ${created.revision.location.sha256} is no longer registered: deploy its content again.`;
    return { status: 'refused', code: 'REVISION_MISSING', message };
  }
  const { content } = JSON.parse(revision.data) as { readonly content: string };
  const reading = refuseHooks(parseLambdaAppSpec(content));
  if (reading.status === 'invalid')
    return { status: 'refused', code: reading.code, message: reading.message };
  const { hooks: _, ...target } = reading.appSpec;
  return { status: 'known', target };
}

async function aliasAdmission(
  { aliases }: GroupAccess,
  created: DeploymentCreated,
  target: LambdaTarget,
): Promise<AliasAdmission> {
  const seen = await aliases.get(target);
  if (seen.status === 'found') {
    return created.rollbackOf === undefined
      ? admitAlias(target, seen.alias, created.trafficSteps.length > 1)
      : admitRollback(created.rollbackOf, seen.alias);
  }
  return notUsable(target, created.serviceRoleArn, seen);
}

/** The failures of GetAlias and UpdateAlias, as the deployment's own. */
export function notUsable(
  { functionName, functionAlias }: LambdaTarget,
  serviceRoleArn: string,
  { status, message }: { readonly status: 'missing' | 'denied' | 'throttled'; readonly message: string },
): Refused {
  switch (status) {
    case 'missing':
      return {
        status: 'refused',
        code: 'INVALID_LAMBDA_FUNCTION',
        message: `The function ${functionName}, its alias ${functionAlias} or the version to deploy does not exist: ${message}`,
      };
    case 'denied':
      return {
        status: 'refused',
        code: 'IAM_ROLE_PERMISSIONS',
        message:
          `The service role ${serviceRoleArn} lacks permission for AWS Lambda on ${functionName}: ${message}. ` +
          'It needs lambda:GetAlias, lambda:UpdateAlias and lambda:GetProvisionedConcurrencyConfig.',
      };
    case 'throttled':
      return {
        status: 'refused',
        code: 'THROTTLED',
        message: `AWS Lambda took no more requests of ${serviceRoleArn}: ${message}. Deploy again later.`,
      };
    default:
      return status satisfies never;
  }
}

/** An extra check that finds a missing version before traffic moves; the stock role may not make it. */
async function checkedVersion(
  { aliases }: GroupAccess,
  { functionName, targetVersion }: LambdaTarget,
): Promise<Refused | { readonly status: 'checked'; readonly skipped?: string }> {
  const version = await aliases.version(functionName, targetVersion);
  switch (version.status) {
    case 'usable':
      return { status: 'checked' };
    case 'missing':
    case 'unusable':
      return {
        status: 'refused',
        code: 'INVALID_LAMBDA_FUNCTION',
        message: `Version ${targetVersion} of ${functionName} cannot be deployed: ${version.message}`,
      };
    case 'denied':
    case 'throttled':
      return {
        status: 'checked',
        skipped: `whether version ${targetVersion} of ${functionName} exists (${version.status}: lambda:GetFunctionConfiguration)`,
      };
    default:
      return version satisfies never;
  }
}

export const handler = handlerOf('lifecycle/admit', (variables) => {
  const environment = environmentOf('lifecycle/admit', variables);
  return admit({ ...storePorts(environment), ...accessPorts(), policy: timePolicy(environment) });
});
