import { rowKeys } from '../../core/views/row-keys.ts';
import { type RowReader, everyRow } from '../../functions/adapters/row-reader.ts';
import { applicationOf, deploymentGroupOf } from '../../functions/runtime/registered.ts';
import type { Group } from './examination.ts';

const PAGE = 1_000;

/** All groups of all applications, by their names as they are now. */
export async function everyGroup(rows: RowReader): Promise<readonly Group[]> {
  const groups: Group[] = [];
  for await (const named of everyRow(rows, { pk: rowKeys.applicationName('').pk, limit: PAGE })) {
    const { applicationId } = JSON.parse(named.data) as { readonly applicationId: string };
    const application = await applicationOf(rows, applicationId);
    if (application === undefined) continue;
    const { pk } = rowKeys.deploymentGroupName(applicationId, '');
    for await (const { data } of everyRow(rows, { pk, limit: PAGE })) {
      const { deploymentGroupId } = JSON.parse(data) as { readonly deploymentGroupId: string };
      const group = await deploymentGroupOf(rows, deploymentGroupId);
      if (group === undefined) continue;
      const { deploymentGroupName, settings } = group;
      groups.push({ applicationName: application.applicationName, deploymentGroupName, settings });
    }
  }
  return groups;
}

/** By each of what a group names, the groups that name it: once for each time they do. */
export function namedBy(
  groups: readonly Group[],
  names: (settings: Group['settings']) => readonly string[],
): ReadonlyMap<string, readonly Group[]> {
  const named = new Map<string, Group[]>();
  for (const group of groups) {
    for (const name of names(group.settings)) named.set(name, [...(named.get(name) ?? []), group]);
  }
  return named;
}

/** "shop/prod", or the first of several and how many more. */
export function groupWords(groups: readonly Group[]): string {
  const [first, ...others] = groups.map(
    ({ applicationName, deploymentGroupName }) => `${applicationName}/${deploymentGroupName}`,
  );
  return others.length === 0 ? (first ?? 'no group') : `${first} and ${others.length} more`;
}
