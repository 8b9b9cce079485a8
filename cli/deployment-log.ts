import type { StoredEvent } from '../core/chain.ts';
import type { DeploymentEvent } from '../core/deployments/deployment-events.ts';
import { deployment } from '../core/deployments/deployment.ts';
import { type TimelineEntry, timeline } from '../core/views/timeline.ts';
import { recorded } from '../functions/runtime/history.ts';
import { CannotDo } from './command.ts';
import { tellLocalTime } from './lines.ts';

export function deploymentStream(deploymentId: string): string {
  return `${deployment.name}#${deploymentId}`;
}

/** The entries of a deployment's whole log, for people on this machine. */
export function entriesOf(events: readonly StoredEvent[]): readonly TimelineEntry[] {
  return timeline(
    events.map((event) => recorded<DeploymentEvent>(event)),
    tellLocalTime,
  );
}

export function noSuchDeployment(deploymentId: string, place: string): CannotDo {
  return new CannotDo(
    `there is no deployment ${deploymentId} in ${place}. ` +
      '`aws deploy list-deployments` lists them; --stack, --region or --local look elsewhere.',
  );
}
