import type { Alias } from '../../core/deployments/alias.ts';
import type { LambdaTarget } from '../../core/deployments/deployment-events.ts';
import type { DeploymentGroupRow } from '../../core/registry/deployment-group.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { AliasName } from '../../functions/adapters/lambda-aliases.ts';
import { type RowReader, everyRow } from '../../functions/adapters/row-reader.ts';
import { deploymentGroupOf, deploymentOf } from '../../functions/runtime/registered.ts';
import { CannotDo, type Connection } from '../command.ts';
import { type KnownGroup, groupNamed, placeOf } from '../known-deployment.ts';
import type { DrillGround } from './drill-ground.ts';

/** What is rehearsed: the function that the group deploys, with two of its versions. */
export interface Subject {
  readonly applicationName: string;
  readonly applicationId: string;
  readonly deploymentGroupName: string;
  readonly serviceRoleArn: string;
  /** The alias that has the traffic. It is looked at and never written. */
  readonly live: AliasName;
  readonly liveAlias: Alias;
  readonly runningVersion: string;
  /** Another published version, to which nothing is moved for good. */
  readonly otherVersion: string;
}

/** Throws CannotDo where there is nothing to rehearse with. */
export async function subjectOf(
  connection: Connection,
  { functions }: Pick<DrillGround, 'functions'>,
  names: { readonly application: string; readonly group: string },
): Promise<Subject> {
  const { reader } = connection.tables;
  const known = await groupNamed(connection, names);
  const { applicationId, settings } = await groupOf(reader, known);
  const target = await lastGoodTarget(reader, known);
  const { functionName, functionAlias } = target;
  const live = { functionName, functionAlias };
  const liveAlias = await functions.alias(live);
  if (liveAlias === undefined) {
    throw new CannotDo(
      `the alias ${functionAlias} of ${functionName}, which ${placeOf(known)} deployed last, is not there any more. ` +
        'Deploy once to one that is.',
    );
  }
  const runningVersion = liveAlias.functionVersion;
  const otherVersion = other(await functions.versions(functionName), runningVersion, target);
  if (otherVersion === undefined) {
    throw new CannotDo(
      `${functionName} has no published version but ${runningVersion}, and a canary takes two. Publish another, ` +
        `for one after a change of its description: aws lambda update-function-configuration --function-name ${functionName} ` +
        `--description drill && aws lambda publish-version --function-name ${functionName}`,
    );
  }
  return {
    applicationName: known.applicationName,
    applicationId,
    deploymentGroupName: known.deploymentGroupName,
    serviceRoleArn: settings.serviceRoleArn,
    live,
    liveAlias,
    runningVersion,
    otherVersion,
  };
}

async function groupOf(reader: RowReader, { deploymentGroupId }: KnownGroup): Promise<DeploymentGroupRow> {
  const group = await deploymentGroupOf(reader, deploymentGroupId);
  if (group === undefined) throw new CannotDo('the group was deleted just now.');
  return group;
}

async function lastGoodTarget(reader: RowReader, known: KnownGroup): Promise<LambdaTarget> {
  const { pk } = rowKeys.deploymentOfGroupByStatus(known.deploymentGroupId, 'Succeeded', 0, '');
  for await (const { data } of everyRow(reader, { pk, limit: PAGE })) {
    const { deploymentId } = JSON.parse(data) as Pick<DeploymentRow['created'], 'deploymentId'>;
    const target = (await deploymentOf(reader, deploymentId))?.admission?.target;
    if (target !== undefined) return target;
  }
  throw new CannotDo(
    `no deployment has succeeded yet in ${placeOf(known)}, so that it is not known which function it deploys. ` +
      'Deploy once, then drill.',
  );
}

/** The newest will do; a next page is only asked for where that one is not there. */
const PAGE = 1;

/** The version that was there before is the best known to share its role with the running one; else the newest. */
function other(
  versions: readonly string[],
  running: string,
  { currentVersion, targetVersion }: LambdaTarget,
): string | undefined {
  const others = versions.filter((version) => version !== running);
  return [currentVersion, targetVersion].find((version) => others.includes(version)) ?? others.at(-1);
}
