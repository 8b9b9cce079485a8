import { lambdaAppSpecText } from '../../core/appspec/lambda-appspec.ts';
import type { LambdaTarget, RevisionReference } from '../../core/deployments/deployment-events.ts';
import { revisionIdentity } from '../../core/registry/revision.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { System } from '../runtime/system.ts';

/** The newest revision that succeeded on this function and alias, whatever else the group deploys. */
export async function previousRevision(
  rows: RowReader,
  deploymentGroupId: string,
  { functionName, functionAlias }: LambdaTarget,
): Promise<RevisionReference | undefined> {
  const { pk } = rowKeys.lastGood(deploymentGroupId, functionName, functionAlias, 0, '');
  const { rows: newest } = await rows.query({ pk, limit: 1 });
  const [row] = newest;
  if (row === undefined) return undefined;
  return (JSON.parse(row.data) as { readonly revision: RevisionReference }).revision;
}

/** The AppSpec that a rollback would have had, had somebody written it: from the new version back to the one before. */
export function writtenRevision(
  { sha256 }: Pick<System, 'sha256'>,
  applicationId: string,
  { target, versionBefore }: { readonly target: LambdaTarget; readonly versionBefore: string },
): RevisionReference & { readonly content: string } {
  const { functionName, functionAlias, targetVersion } = target;
  const content = lambdaAppSpecText(
    { functionName, functionAlias, currentVersion: targetVersion, targetVersion: versionBefore },
    functionName,
  );
  const location = { revisionType: 'AppSpecContent', sha256: sha256(content) } as const;
  return { revisionId: sha256(revisionIdentity(applicationId, location)), location, content };
}
