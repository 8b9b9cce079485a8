import type { Recorded } from '../decider.ts';
import type { DeploymentCreated, DeploymentEvent } from '../deployments/deployment-events.ts';
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
  home: ResourceHome,
): StateChange | undefined {
  const state = STATES[event.type];
  if (state === undefined) return undefined;
  return {
    detailType: 'CodeDeploy Deployment State-change Notification',
    detail: { ...groupDetail(created, home), state, eventId: eventId(event) },
    resources: groupResources(created, home),
    at: event.at,
  };
}

type OfGroup = Pick<
  DeploymentCreated,
  'applicationName' | 'deploymentGroupName' | 'deploymentGroupId' | 'deploymentId'
>;

/** What every change says of the deployment that it is of, in the words of CodeDeploy's events. */
export function groupDetail(
  { applicationName, deploymentGroupName, deploymentGroupId, deploymentId }: OfGroup,
  { region }: ResourceHome,
) {
  return {
    region,
    application: applicationName,
    deploymentGroup: deploymentGroupName,
    instanceGroupId: deploymentGroupId,
    deploymentId,
  };
}

/** The ARNs of the group and of the application. */
export function groupResources(
  { applicationName, deploymentGroupName }: OfGroup,
  { partition, region, accountId }: ResourceHome,
): readonly string[] {
  const arn = `arn:${partition}:codedeploy:${region}:${accountId}`;
  return [
    `${arn}:deploymentgroup:${applicationName}/${deploymentGroupName}`,
    `${arn}:application:${applicationName}`,
  ];
}

const STATES: Partial<Readonly<Record<DeploymentEvent['type'], State>>> = {
  DeploymentCreated: 'START',
  DeploymentSucceeded: 'SUCCESS',
  DeploymentFailed: 'FAILURE',
  DeploymentStopped: 'STOP',
};
