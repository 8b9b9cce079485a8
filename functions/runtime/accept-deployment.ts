import type * as z from 'zod';
import type { AlarmConfiguration } from '../../core/alarms/alarm-configuration.ts';
import { alarmConfigurationOf, checkAlarmLimit } from '../../core/alarms/alarm-configuration.ts';
import type { CreateDeployment, CreateLambdaDeployment } from '../../core/deployments/deployment-commands.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { trafficPlan } from '../../core/deployments/traffic-plan.ts';
import type { ApplicationRow } from '../../core/registry/application.ts';
import { autoRollbackConfigurationOf } from '../../core/registry/auto-rollback-configuration.ts';
import type { BuiltComputePlatform } from '../../core/registry/compute-platform.ts';
import { requireBuiltComputePlatform } from '../../core/registry/compute-platform.ts';
import type { DeploymentGroupRow } from '../../core/registry/deployment-group.ts';
import { checkDescription } from '../../core/registry/description.ts';
import {
  checkApplicationName,
  checkDeploymentConfigName,
  checkDeploymentGroupName,
  requireApplicationName,
  requireDeploymentGroupName,
} from '../../core/registry/names.ts';
import type { CheckedRevision } from '../../core/registry/revision-location.ts';
import {
  checkRevisionLocation,
  checkRevisionPlatform,
  requireRevision,
  revisionContent,
} from '../../core/registry/revision-location.ts';
import { isInline, revision, revisionIdentity } from '../../core/registry/revision.ts';
import { Refusal } from '../../core/refusal.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { AutoScalingGroups } from '../adapters/auto-scaling-groups.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { Credentials } from '../adapters/service-roles.ts';
import type { Issued } from '../../core/decider.ts';
import { checkAutoScalingGroups } from './auto-scaling-check.ts';
import type { ExecutePorts } from './execute.ts';
import { commandTo, execute } from './execute.ts';
import type { ServiceRolePorts } from './service-role-check.ts';
import type { createDeploymentInput } from './create-deployment-members.ts';
import { checkDeploymentMode, checkLambdaDeployment, checkMembers } from './create-deployment-members.ts';
import { fleetOrder } from './fleet-order.ts';
import { checkAccountLimit, refuseBusyGroup } from './deployment-limits.ts';
import { applicationNamed, deploymentGroupNamed, lambdaDeploymentConfigNamed } from './registered.ts';
import { checkServiceRole } from './service-role-check.ts';

export type AcceptPorts = ExecutePorts &
  ServiceRolePorts & {
    readonly rows: RowReader;
    readonly autoScalingGroupsWith: (credentials: Credentials) => AutoScalingGroups;
  };

type CreateDeploymentInput = z.infer<typeof createDeploymentInput>;

/** How a deployment comes into being beside what was asked for. */
export interface Launch {
  /** Drawn only once everything else has been found in order. */
  readonly deploymentId: () => Promise<string>;
  /** Of the workflow that already runs it, where it was started by hand. */
  readonly executionArn?: string;
  /** What that workflow can deploy. */
  readonly platform?: BuiltComputePlatform;
}

/**
 * Accepts a deployment: from here on its workflow has the word. What is checked is whether it can be accepted; what the
 * AppSpec says and how the alias stands is found out, and told, by the deployment itself.
 */
export async function acceptDeployment(
  ports: AcceptPorts,
  issued: Issued,
  input: CreateDeploymentInput,
  launch: Launch,
): Promise<string> {
  const asked = askedFor(input, ports);
  const { rows } = ports;
  const application = await applicationNamed(rows, asked.applicationName);
  const platform = requireBuiltComputePlatform(application.computePlatform);
  if (launch.platform !== undefined && launch.platform !== platform) throw otherWorkflow(platform);
  checkRevisionPlatform(asked.revision.location, platform);
  const { applicationId, applicationName } = application;
  if (platform === 'Lambda') checkLambdaDeployment(input);
  const group = await deploymentGroupNamed(rows, applicationId, asked.deploymentGroupName);
  const { settings } = group;
  const configName = asked.deploymentConfigName ?? settings.deploymentConfigName;
  const order =
    platform === 'Lambda'
      ? await trafficOrder(rows, configName)
      : await fleetOrder(rows, group, configName, input);
  const known = await revisionOf(ports, applicationId, asked.revision);
  if (asked.overrideAlarms) checkAlarmLimit(asked.overrideAlarms);
  await refuseBusyGroup(rows, group);
  await checkAccountLimit(rows);
  const roleArn = settings.serviceRoleArn;
  const credentials = await checkServiceRole(ports, { roleArn, applicationName });
  const autoScalingGroups = settings.membership?.autoScalingGroups ?? [];
  await checkAutoScalingGroups(ports.autoScalingGroupsWith(credentials), autoScalingGroups, roleArn);

  const deploymentId = await launch.deploymentId();
  const created: CreateDeployment = {
    deploymentId,
    ...belongingTo(application, group),
    ...order,
    revision: known,
    serviceRoleArn: roleArn,
    creator: 'user',
    ...(launch.executionArn !== undefined && { executionArn: launch.executionArn }),
    ...(asked.description !== undefined && { description: asked.description }),
    autoRollback: asked.autoRollback ?? settings.autoRollbackConfiguration,
    alarms: watched(asked.overrideAlarms ?? settings.alarmConfiguration),
    ...(asked.overrideAlarms && { overrideAlarmConfiguration: asked.overrideAlarms }),
  };
  const { content } = asked.revision;
  // The role may have taken seconds, and lists are ordered by the time at which a deployment was accepted.
  await execute(ports, { ...issued, at: ports.system.now() }, [
    commandTo(revision, `revision#${known.revisionId}`, {
      type: 'RegisterRevision',
      data: {
        ...known,
        applicationId,
        applicationName,
        ...(content !== undefined && { content }),
        description: `Application revision registered by deployment ${deploymentId}`,
        onlyIfNew: true,
      },
    }),
    commandTo(deployment, deploymentStream(deploymentId), { type: 'CreateDeployment', data: created }),
  ]);
  return deploymentId;
}

/** What is missing, then what is malformed: all that the request says of itself. */
function askedFor(input: z.infer<typeof createDeploymentInput>, { system }: AcceptPorts) {
  const applicationName = requireApplicationName(input.applicationName);
  const deploymentGroupName = requireDeploymentGroupName(input.deploymentGroupName);
  // A restart takes no revision, so that its mode has to be refused before one is missed.
  if (input.deploymentMode !== undefined && input.revision === undefined) checkDeploymentMode(input);
  const given = requireRevision(input.revision);
  checkApplicationName(applicationName);
  checkDeploymentGroupName(deploymentGroupName);
  const content = revisionContent(given);
  const checked = checkRevisionLocation(given, content === undefined ? undefined : system.sha256(content));
  const { deploymentConfigName, description } = input;
  if (deploymentConfigName !== undefined) checkDeploymentConfigName(deploymentConfigName);
  checkDescription(description);
  checkMembers(input);
  return {
    applicationName,
    deploymentGroupName,
    deploymentConfigName,
    description,
    revision: checked,
    autoRollback:
      input.autoRollbackConfiguration && autoRollbackConfigurationOf(input.autoRollbackConfiguration),
    overrideAlarms:
      input.overrideAlarmConfiguration && alarmConfigurationOf(input.overrideAlarmConfiguration),
  };
}

/** Its id is the hash of what it is. Throws RevisionDoesNotExistException for a digest that nobody registered. */
async function revisionOf(
  { rows, system }: AcceptPorts,
  applicationId: string,
  { location, content }: CheckedRevision,
): Promise<CreateDeployment['revision']> {
  const revisionId = system.sha256(revisionIdentity(applicationId, location));
  // What lies elsewhere needs no content, and whether it is there is for the deployment to find out.
  if (!isInline(location)) return { revisionId, location };
  if (content === undefined && (await rows.get(rowKeys.revision(revisionId))) === undefined) {
    throw new Refusal(
      'RevisionDoesNotExistException',
      `No revision of the application has the SHA-256 ${location.sha256}. Give its content as well.`,
    );
  }
  return { revisionId, location };
}

async function trafficOrder(
  rows: RowReader,
  configName: string,
): Promise<Pick<CreateLambdaDeployment, 'computePlatform' | 'deploymentConfigName' | 'trafficSteps'>> {
  const config = await lambdaDeploymentConfigNamed(rows, configName);
  const { deploymentConfigName, trafficRoutingConfig } = config;
  return { computePlatform: 'Lambda', deploymentConfigName, trafficSteps: trafficPlan(trafficRoutingConfig) };
}

function otherWorkflow(platform: BuiltComputePlatform): Refusal {
  return new Refusal(
    'InvalidComputePlatformException',
    `The application is of the platform ${platform}, whose deployments are run by another state machine. Start that one.`,
  );
}

function belongingTo(
  { applicationId, applicationName }: ApplicationRow,
  { deploymentGroupId, deploymentGroupName }: DeploymentGroupRow,
) {
  return { applicationId, applicationName, deploymentGroupId, deploymentGroupName };
}

function watched({ enabled, alarms, ignorePollAlarmFailure }: AlarmConfiguration) {
  return { names: enabled ? alarms.map(({ name }) => name) : [], ignorePollAlarmFailure };
}
