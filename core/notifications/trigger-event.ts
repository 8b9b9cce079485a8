import type { DeploymentEvent } from '../deployments/deployment-events.ts';
import type { Deployment } from '../deployments/deployment-state.ts';

/** What a trigger of a group can name. A Lambda deployment has no instances and is never Ready. */
export const TRIGGER_EVENTS = [
  'DeploymentStart',
  'DeploymentSuccess',
  'DeploymentFailure',
  'DeploymentStop',
  'DeploymentRollback',
  'DeploymentReady',
  'InstanceStart',
  'InstanceSuccess',
  'InstanceFailure',
  'InstanceReady',
] as const;

export type TriggerEvent = (typeof TRIGGER_EVENTS)[number];

/** The word of the message's subject and of its member `status`. */
export type TriggerStatus = 'CREATED' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'STOPPED';

/** What triggers are told of one event of a deployment's log. */
export interface TriggerOccasion {
  readonly triggerEvent: TriggerEvent;
  readonly status: TriggerStatus;
}

/** Undefined where triggers are told nothing. `after` is the deployment with the event in it. */
export function triggerOccasion(
  { type }: Pick<DeploymentEvent, 'type'>,
  after: Deployment,
): TriggerOccasion | undefined {
  switch (type) {
    case 'DeploymentCreated':
      return { triggerEvent: 'DeploymentStart', status: 'CREATED' };
    case 'DeploymentAdmitted':
    case 'FleetAdmitted':
      return after.status !== 'Absent' && after.created.rollbackOf !== undefined
        ? { triggerEvent: 'DeploymentRollback', status: 'IN_PROGRESS' }
        : undefined;
    case 'DeploymentSucceeded':
      return { triggerEvent: 'DeploymentSuccess', status: 'SUCCEEDED' };
    case 'DeploymentFailed':
      return { triggerEvent: 'DeploymentFailure', status: 'FAILED' };
    case 'DeploymentStopped':
      return { triggerEvent: 'DeploymentStop', status: 'STOPPED' };
    default:
      return undefined;
  }
}
