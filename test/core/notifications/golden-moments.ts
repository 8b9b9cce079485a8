import { readFileSync } from 'node:fs';
import type { StoredEvent } from '../../../core/chain.ts';
import type { Recorded } from '../../../core/decider.ts';
import type { DeploymentEvent } from '../../../core/deployments/deployment-events.ts';
import { evolve } from '../../../core/deployments/deployment-evolution.ts';
import {
  type Deployment,
  type ExistingDeployment,
  absent,
} from '../../../core/deployments/deployment-state.ts';
import { recorded } from '../../../functions/runtime/history.ts';

export interface Moment {
  readonly event: Recorded<DeploymentEvent>;
  readonly after: ExistingDeployment;
}

const log = JSON.parse(
  readFileSync(new URL('../deployments/golden-log.json', import.meta.url), 'utf8'),
) as readonly StoredEvent[];

/** Every event of a deployment of the golden log, with the deployment right after it. */
export function goldenMoments(deploymentId: string): readonly Moment[] {
  let state: Deployment = absent;
  return log
    .filter(({ stream }) => stream === `deployment#${deploymentId}`)
    .map((stored) => {
      const event = recorded<DeploymentEvent>(stored);
      state = evolve(state, event);
      if (state.status === 'Absent') throw new Error(`${deploymentId} begins with no creation`);
      return { event, after: state };
    });
}

export function goldenMoment(deploymentId: string, type: DeploymentEvent['type']): Moment {
  const found = goldenMoments(deploymentId).find(({ event }) => event.type === type);
  if (found === undefined) throw new Error(`${deploymentId} has no ${type}`);
  return found;
}

export const HOME = { partition: 'aws', region: 'eu-north-1', accountId: '210987654321' };
export const utc = (at: number): string => new Date(at).toUTCString();
export const iso = (at: number): string => new Date(at).toISOString();
