import type { Routing } from './alias.ts';
import { aliasCommand, describeRouting, foreignVersions, isRouted, isWeighted, whole } from './alias.ts';
import type { LambdaDeploymentCreated, LambdaTarget } from './deployment-events.ts';
import type { DeploymentErrorCode } from './deployment-status.ts';

export type AliasAdmission =
  | {
      readonly status: 'admitted';
      readonly target: LambdaTarget;
      readonly versionBefore: string;
      /** Already whole on the target version: nothing will be moved. */
      readonly alreadyInPlace: boolean;
    }
  | { readonly status: 'refused'; readonly code: DeploymentErrorCode; readonly message: string };

/**
 * Whether a deployment may move this alias. It must stand whole where the AppSpec says that it stands, or already
 * whole where it is to go (a redeploy, which is a recorded no-op). A weighted alias is somebody else's business.
 */
export function admitAlias(target: LambdaTarget, alias: Routing, gradual: boolean): AliasAdmission {
  const { functionName, functionAlias, currentVersion, targetVersion } = target;
  const name = `alias ${functionAlias} of ${functionName}`;
  if (currentVersion === targetVersion && gradual) {
    return refused(
      `CurrentVersion and TargetVersion are both ${targetVersion}, so there is nothing to shift step by step: ` +
        `name two versions, or deploy with CodeDeployDefault.LambdaAllAtOnce.`,
    );
  }
  if (isWeighted(alias)) {
    return refused(
      `The ${name} already divides its traffic (${describeRouting(alias)}). Make it whole first: ` +
        aliasCommand(target, alias.functionVersion),
    );
  }
  if (alias.functionVersion !== currentVersion && alias.functionVersion !== targetVersion) {
    return refused(
      `The ${name} points to version ${alias.functionVersion}, but the AppSpec names CurrentVersion ` +
        `${currentVersion}. Set CurrentVersion to ${alias.functionVersion}.`,
    );
  }
  return {
    status: 'admitted',
    target,
    versionBefore: alias.functionVersion,
    alreadyInPlace: alias.functionVersion === targetVersion,
  };
}

function refused(detail: string): AliasAdmission {
  return {
    status: 'refused',
    code: 'INVALID_LAMBDA_CONFIGURATION',
    message: `The AppSpec is missing or has an invalid configuration. ${detail}`,
  };
}

/**
 * A rollback brings its alias back to the version before, wherever between the two versions it stands; where it is
 * there already that is a recorded no-op. An alias that somebody else moved to a third version is left alone.
 */
export function admitRollback(
  { target, versionBefore }: NonNullable<LambdaDeploymentCreated['rollbackOf']>,
  alias: Routing,
): AliasAdmission {
  const { functionName, functionAlias, targetVersion } = target;
  const foreign = foreignVersions(alias, target);
  if (foreign.length > 0) {
    return {
      status: 'refused',
      code: 'INVALID_LAMBDA_CONFIGURATION',
      message:
        `The rollback leaves the alias ${functionAlias} of ${functionName} alone: somebody else moved it ` +
        `(${describeRouting(alias)}), which is neither version ${target.currentVersion} nor ${targetVersion}.`,
    };
  }
  return {
    status: 'admitted',
    target: { functionName, functionAlias, currentVersion: targetVersion, targetVersion: versionBefore },
    versionBefore: alias.functionVersion,
    alreadyInPlace: isRouted(alias, whole(versionBefore)),
  };
}
