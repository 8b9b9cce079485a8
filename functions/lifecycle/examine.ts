import { parseLambdaAppSpec, refuseHooks } from '../../core/appspec/lambda-appspec.ts';
import type { AliasAdmission } from '../../core/deployments/alias-admission.ts';
import { admitAlias, admitRollback } from '../../core/deployments/alias-admission.ts';
import type { AdmitDeployment } from '../../core/deployments/deployment-commands.ts';
import type { DeploymentCreated, LambdaTarget } from '../../core/deployments/deployment-events.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { AccessPorts, GroupAccess } from '../runtime/group-access.ts';
import { accessOf } from '../runtime/group-access.ts';
import type { System } from '../runtime/system.ts';
import type { Refused } from './alias-failure.ts';
import { notUsable } from './alias-failure.ts';
import { previousRevision, writtenRevision } from './rollback-revision.ts';

export type ExaminePorts = AccessPorts & { readonly rows: RowReader; readonly system: System };

/** What an examination finds: the admission, with the access for the look at the alarms, or why there is none. */
export type Finding =
  | Refused
  | {
      readonly status: 'admitted';
      readonly access: GroupAccess;
      readonly data: Omit<AdmitDeployment, 'executionArn' | 'policy'>;
    };

/** Reads the AppSpec and looks at the alias, with the rights of the group's service role. Changes nothing. */
export async function examine(ports: ExaminePorts, { created }: ExistingDeployment): Promise<Finding> {
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
