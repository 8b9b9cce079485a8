import type { CreateLambdaDeployment } from '../../core/deployments/deployment-commands.ts';
import { application } from '../../core/registry/application.ts';
import { deploymentGroup } from '../../core/registry/deployment-group.ts';
import { aggregates } from '../../functions/runtime/aggregates.ts';
import { commandTo, execute } from '../../functions/runtime/execute.ts';
import type { System } from '../../functions/runtime/system.ts';
import type { MemoryEventStore } from './memory-event-store.ts';
import { memoryEventStore } from './memory-event-store.ts';

export const APPLICATION = { applicationId: 'application-1', applicationName: 'checkout' };
export const GROUP = { deploymentGroupId: 'group-1', deploymentGroupName: 'checkout-prod' };
export const SERVICE_ROLE_ARN = 'arn:aws:iam::111122223333:role/sluice';

/** The creation of a canary in that group, which rolls back on everything. */
export function createDeployment(
  deploymentId: string,
  alarmNames: readonly string[] = [],
): { readonly type: 'CreateDeployment'; readonly data: CreateLambdaDeployment } {
  const location = { revisionType: 'AppSpecContent', sha256: 'a'.repeat(64) } as const;
  const data: CreateLambdaDeployment = {
    deploymentId,
    ...APPLICATION,
    ...GROUP,
    computePlatform: 'Lambda',
    revision: { revisionId: 'revision-1', location },
    deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
    trafficSteps: [{ weight: 10, bakeMinutes: 5 }, { weight: 100 }],
    serviceRoleArn: SERVICE_ROLE_ARN,
    creator: 'user',
    autoRollback: {
      enabled: true,
      events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
    },
    alarms: { names: alarmNames, ignorePollAlarmFailure: false },
  };
  return { type: 'CreateDeployment', data };
}

/** A store that holds the application and the group. */
export async function registered(
  system: System,
  store: MemoryEventStore = memoryEventStore(),
): Promise<{ readonly store: MemoryEventStore }> {
  const ports = { store, system, aggregates };
  const issued = () => ({ id: system.uuid(), at: system.now(), actor: { type: 'user', id: 'ada' } }) as const;
  const { applicationId } = APPLICATION;
  await execute(ports, issued(), [
    commandTo(application, `application#${applicationId}`, {
      type: 'CreateApplication',
      data: { ...APPLICATION, computePlatform: 'Lambda' },
    }),
  ]);
  await execute(ports, issued(), [
    commandTo(deploymentGroup, `deployment-group#${GROUP.deploymentGroupId}`, {
      type: 'CreateDeploymentGroup',
      data: {
        ...GROUP,
        ...APPLICATION,
        computePlatform: 'Lambda',
        settings: {
          serviceRoleArn: SERVICE_ROLE_ARN,
          deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
        },
      },
    }),
  ]);
  return { store };
}
