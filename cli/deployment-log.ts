import type { StoredEvent } from '../core/chain.ts';
import type { DeploymentEvent } from '../core/deployments/deployment-events.ts';
import { type TimelineEntry, timeline } from '../core/views/timeline.ts';
import { recorded } from '../functions/runtime/history.ts';
import { CannotDo, type Connection } from './command.ts';
import { tellLocalTime } from './lines.ts';
import { nearIds } from './near-ids.ts';

/** The entries of a deployment's whole log, for people on this machine. */
export function entriesOf(events: readonly StoredEvent[]): readonly TimelineEntry[] {
  return timeline(
    events.map((event) => recorded<DeploymentEvent>(event)),
    tellLocalTime,
  );
}

/** Names those that look like it. */
export async function noSuchDeployment(
  deploymentId: string,
  { tables, place }: Connection,
): Promise<CannotDo> {
  const near = await nearIds(tables.reader, deploymentId);
  const meant = near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `;
  return new CannotDo(
    `there is no deployment ${deploymentId} in ${place}. ${meant}` +
      '`npx sluice list` lists them; --stack, --region or --local look elsewhere.',
  );
}
