import type { CreateServerDeployment } from '../../../core/deployments/deployment-commands.ts';
import type { FleetTarget } from '../../../core/deployments/fleet-events.ts';
import { IN_PLACE_LIFECYCLE } from '../../../core/deployments/lifecycle.ts';
import type { HostEventName } from '../../../core/deployments/lifecycle.ts';
import type { TargetClaimed } from '../../../core/deployments/target-events.ts';
import { hostCommandIdentifier } from '../../../core/hosts/host-command-identifier.ts';
import { APPLICATION, GROUP, SERVICE_ROLE_ARN } from '../../support/a-deployment.ts';

export const FLEET_ID = 'd-FLEET0001';
export const FLEET_EXECUTION = `arn:aws:states:eu-north-1:111122223333:execution:InPlace:${FLEET_ID}`;

const good = { revisionType: 'S3', bucket: 'bundles', key: 'good.tgz', bundleType: 'tgz' } as const;

/** What succeeded last in the group. */
export const PREVIOUS = {
  deploymentId: 'd-GOOD00001',
  revision: { revisionId: 'revision-good', location: good },
  fileExistsBehavior: 'OVERWRITE',
} as const;

/** A deployment to a fleet that rolls back on everything; `fleet` changes how it goes through it. */
export function fleetOrder(
  fleet: Partial<CreateServerDeployment['fleet']> = {},
  rest: Partial<Omit<CreateServerDeployment, 'fleet'>> = {},
): CreateServerDeployment {
  return {
    deploymentId: FLEET_ID,
    ...APPLICATION,
    ...GROUP,
    computePlatform: 'Server',
    revision: {
      revisionId: 'revision-1',
      location: { revisionType: 'S3', bucket: 'bundles', key: 'app.tgz', bundleType: 'tgz' },
    },
    deploymentConfigName: 'Own',
    serviceRoleArn: SERVICE_ROLE_ARN,
    creator: 'user',
    autoRollback: {
      enabled: true,
      events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
    },
    alarms: { names: ['checkout-5xx'], ignorePollAlarmFailure: false },
    ...rest,
    fleet: {
      membership: { ec2TagFilters: [{ Key: 'stage', Value: 'Prod', Type: 'KEY_AND_VALUE' }] },
      minimumHealthyHosts: { type: 'HOST_COUNT', value: 1 },
      ignoreApplicationStopFailures: false,
      updateOutdatedInstancesOnly: false,
      fileExistsBehavior: 'DISALLOW',
      ...fleet,
    },
  };
}

/** The host at a position, `i-0` and so on. */
export function hostAt(position: number, zone?: string): FleetTarget {
  const targetArn = `arn:aws:ec2:eu-north-1:111122223333:instance/i-${position}`;
  const place = zone === undefined ? {} : { zone };
  return { targetId: `i-${position}`, targetArn, hostIdentifier: targetArn, ...place };
}

/** What claims the host at that position. */
export function claimOf(
  position: number,
  change: Partial<Omit<TargetClaimed, 'deadline'>> = {},
): Omit<TargetClaimed, 'deadline'> {
  return {
    deploymentId: FLEET_ID,
    ...APPLICATION,
    ...GROUP,
    revisionId: 'revision-1',
    ...hostAt(position),
    position,
    wave: 1,
    slot: 0,
    slots: 2,
    claim: 'slot-0#first',
    executionArn: FLEET_EXECUTION,
    lifecycle: IN_PLACE_LIFECYCLE,
    ignoreApplicationStopFailures: false,
    ...change,
  };
}

export function commandFor(lifecycleEventName: HostEventName, position = 0): string {
  return hostCommandIdentifier({
    deploymentId: FLEET_ID,
    lifecycleEventName,
    targetId: hostAt(position).targetId,
  });
}
