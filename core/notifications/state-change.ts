import type { Recorded } from '../decider.ts';
import type { DeploymentEvent } from '../deployments/deployment-events.ts';
import type { ExistingDeployment } from '../deployments/deployment-state.ts';
import type { ResourceHome } from '../registry/resource-arn.ts';
import { eventId } from './notification.ts';

/** An entry of the event bus, in CodeDeploy's form but for its source, which is the stack's to choose. */
export interface StateChange {
  readonly detailType:
    | 'CodeDeploy Deployment State-change Notification'
    | 'CodeDeploy Instance State-change Notification';
  readonly detail: {
    readonly region: string;
    readonly application: string;
    readonly deploymentGroup: string;
    readonly instanceGroupId: string;
    readonly deploymentId: string;
    /** Of the event of an instance: `i-…`, or the name of one outside of EC2. */
    readonly instanceId?: string;
    readonly state: State;
    /** Ours: CodeDeploy's events cannot be told apart when they come twice. */
    readonly eventId: string;
  };
  readonly resources: readonly string[];
  readonly at: number;
}

type State = 'START' | 'SUCCESS' | 'FAILURE' | 'STOP';

/** Whether the bus is told of events of this type. */
export function isStateChange(type: DeploymentEvent['type']): boolean {
  return STATES[type] !== undefined;
}

/** Undefined where the event changes nothing that the bus tells. */
export function stateChange(
  event: Recorded<DeploymentEvent>,
  { created }: ExistingDeployment,
  { partition, region, accountId }: ResourceHome,
): StateChange | undefined {
  const state = STATES[event.type];
  if (state === undefined) return undefined;
  const { applicationName, deploymentGroupName, deploymentGroupId, deploymentId } = created;
  const arn = `arn:${partition}:codedeploy:${region}:${accountId}`;
  return {
    detailType: 'CodeDeploy Deployment State-change Notification',
    detail: {
      region,
      application: applicationName,
      deploymentGroup: deploymentGroupName,
      instanceGroupId: deploymentGroupId,
      deploymentId,
      state,
      eventId: eventId(event),
    },
    resources: [
      `${arn}:deploymentgroup:${applicationName}/${deploymentGroupName}`,
      `${arn}:application:${applicationName}`,
    ],
    at: event.at,
  };
}

const STATES: Partial<Readonly<Record<DeploymentEvent['type'], State>>> = {
  DeploymentCreated: 'START',
  DeploymentSucceeded: 'SUCCESS',
  DeploymentFailed: 'FAILURE',
  DeploymentStopped: 'STOP',
};
