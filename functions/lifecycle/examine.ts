import { parseLambdaAppSpec } from '../../core/appspec/lambda-appspec.ts';
import type { AliasAdmission } from '../../core/deployments/alias-admission.ts';
import { admitAlias, admitRollback } from '../../core/deployments/alias-admission.ts';
import type { AdmitDeployment } from '../../core/deployments/deployment-commands.ts';
import type {
  Hooks,
  LambdaDeploymentCreated,
  LambdaTarget,
} from '../../core/deployments/deployment-events.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { lambdaOrder } from '../../core/deployments/platform-order.ts';
import type { RevisionObjects } from '../adapters/revision-objects.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { Credentials } from '../adapters/service-roles.ts';
import type { AccessPorts, GroupAccess } from '../runtime/group-access.ts';
import { accessOf } from '../runtime/group-access.ts';
import type { System } from '../runtime/system.ts';
import type { Refused } from './alias-failure.ts';
import { notUsable } from './alias-failure.ts';
import { withoutParents } from './parents.ts';
import { readAppSpec } from './read-app-spec.ts';
import { previousRevision, writtenRevision } from './rollback-revision.ts';

export type ExaminePorts = AccessPorts & {
  readonly rows: RowReader;
  readonly system: System;
  /** Revisions in S3, read with the rights of the group's service role. */
  readonly objectsWith: (credentials: Credentials) => RevisionObjects;
};

/** What an examination finds: the admission, with the access for the look at the alarms, or why there is none. */
export type Finding =
  | Refused
  | {
      readonly status: 'admitted';
      readonly access: GroupAccess;
      readonly data: Omit<AdmitDeployment, 'executionArn' | 'policy'>;
    };

/** Reads the AppSpec and looks at the alias, with the rights of the group's service role. Changes nothing. */
export async function examine(ports: ExaminePorts, state: ExistingDeployment): Promise<Finding> {
  const created = lambdaOrder(state.created);
  const orphaned = await withoutParents(ports.rows, created);
  if (orphaned !== undefined) return orphaned;
  const granted = await accessOf(ports, created);
  if (granted.status === 'refused') return granted;
  const { access, credentials } = granted;
  const target = await targetOf(ports, created, credentials);
  if (target.status === 'refused') return target;
  const admission = await aliasAdmission(access, created, target.target);
  if (admission.status === 'refused') return admission;
  const version = await checkedVersion(access, admission.target);
  if (version.status === 'refused') return version;
  const skippedChecks = [...version.skipped, ...(await skippedWarmth(access, admission.target))];
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
      ...(Object.keys(target.hooks).length === 0 ? {} : { hooks: target.hooks }),
      ...(skippedChecks.length === 0 ? {} : { skippedChecks }),
    },
  };
}

/** A rollback knows its target from the deployment it undoes and runs no hooks; any other reads the AppSpec. */
async function targetOf(
  ports: ExaminePorts,
  created: LambdaDeploymentCreated,
  credentials: Credentials,
): Promise<Refused | { readonly status: 'known'; readonly target: LambdaTarget; readonly hooks: Hooks }> {
  if (created.rollbackOf !== undefined)
    return { status: 'known', target: created.rollbackOf.target, hooks: {} };
  const text = await readAppSpec(ports.rows, ports.objectsWith(credentials), created);
  if (text.status === 'refused') return text;
  const reading = parseLambdaAppSpec(text.content);
  if (reading.status === 'invalid')
    return { status: 'refused', code: reading.code, message: reading.message };
  const { hooks, ...target } = reading.appSpec;
  return { status: 'known', target, hooks };
}

async function aliasAdmission(
  { aliases }: GroupAccess,
  created: LambdaDeploymentCreated,
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
): Promise<Refused | { readonly status: 'checked'; readonly skipped: readonly string[] }> {
  const version = await aliases.version(functionName, targetVersion);
  switch (version.status) {
    case 'usable':
      return { status: 'checked', skipped: [] };
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
        skipped: [
          `whether version ${targetVersion} of ${functionName} exists (${version.status}: lambda:GetFunctionConfiguration)`,
        ],
      };
    default:
      return version satisfies never;
  }
}

/** Each shift waits for provisioned concurrency where it may look at it. Whether it may is said before traffic moves. */
async function skippedWarmth({ aliases }: GroupAccess, target: LambdaTarget): Promise<readonly string[]> {
  const { status } = await aliases.provisionedConcurrency(target);
  if (status !== 'denied') return [];
  const { functionName, functionAlias } = target;
  return [
    `whether provisioned concurrency of ${functionName}:${functionAlias} is ready before traffic moves on ` +
      '(denied: lambda:GetProvisionedConcurrencyConfig)',
  ];
}
