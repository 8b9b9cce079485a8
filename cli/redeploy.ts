import type { DeploymentRow } from '../core/views/deployment-rows.ts';
import { type RevisionLocation, isInline } from '../core/registry/revision.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { consented, consentOptions, tellNew } from './consent.ts';
import { type KnownGroup, groupOf, knownDeployment, placeOf, refuseBusy } from './known-deployment.ts';

export const redeploy: Command = {
  name: 'redeploy',
  argument: '<deployment-id>',
  summary: 'deploys the same revision again, as a new deployment of the same group',
  options: consentOptions,
  help: `Takes the revision and the configuration of that deployment, and the alarms and the rollback of the group as they are
now. Says first what will happen and asks; --yes does not ask. Prints the id of the new deployment.

Example: sluice redeploy d-A1B2C3D4E
         sluice watch "$(sluice redeploy d-A1B2C3D4E --yes)"

Exit code: 0 where it was created (watch shows its end); 1 where it was not, or not wanted; 2 where there is no
terminal to ask in and no --yes.`,
  run: deployAgain,
};

async function deployAgain(invocation: Invocation): Promise<ExitCode> {
  const { argument: deploymentId, connect } = invocation;
  const connection = await connect();
  const row = await knownDeployment(connection, deploymentId);
  const group = await groupOf(connection, row);
  await refuseBusy(connection, group);
  if (!(await consented(plan(row, group), invocation))) return 1;
  const { applicationName, deploymentGroupName } = group;
  const { deploymentConfigName, revision } = row.created;
  const created = await connection.api.create({
    applicationName,
    deploymentGroupName,
    deploymentConfigName,
    description: `${deploymentId} again`,
    revision: { type: 'registered', location: revision.location },
    guarded: true,
  });
  tellNew(created, invocation);
  return 0;
}

function plan({ created, admission }: DeploymentRow, group: KnownGroup): readonly string[] {
  const { deploymentId, revision, deploymentConfigName } = created;
  const target = admission?.target;
  return [
    `Deploys ${revisionWords(revision.location)} of ${deploymentId} to ${placeOf(group)} again, with ${deploymentConfigName}.`,
    ...(target === undefined
      ? []
      : [
          `It moved the alias ${target.functionAlias} of ${target.functionName} from version ${target.currentVersion} ` +
            `to version ${target.targetVersion}: on a third version it fails and moves nothing.`,
        ]),
  ];
}

/** Enough of a digest to know it again. */
const DIGEST_CHARACTERS = 12;

function revisionWords(location: RevisionLocation): string {
  if (isInline(location)) return `the revision ${location.sha256.slice(0, DIGEST_CHARACTERS)}`;
  if (location.revisionType === 'GitHub') {
    return `the revision of ${location.repository} at ${location.commitId.slice(0, DIGEST_CHARACTERS)}`;
  }
  const { bucket, key, version, eTag } = location;
  // Whoever named neither wants the newest object, and that may be another one by now.
  const asItIs = version === undefined && eTag === undefined ? ', as the object is now,' : '';
  return `the revision s3://${bucket}/${key}${asItIs}`;
}
