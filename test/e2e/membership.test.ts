import {
  CreateApplicationCommand,
  CreateDeploymentGroupCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
} from '@aws-sdk/client-auto-scaling';
import type { CreateDeploymentGroupCommandInput } from '@aws-sdk/client-codedeploy';
import type { EC2TagFilter } from '@aws-sdk/client-codedeploy';
import { EC2Client, RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import { codedeploy, ended, eventually, events, local } from './cloud.ts';
import { deployTo } from './servers.ts';

const ec2 = new EC2Client(clientSettings(local));

/** Real instances of the emulator's EC2, on which no agent runs. */
async function launch(count: number, stage: string): Promise<readonly string[]> {
  const Tags = [{ Key: 'stage', Value: stage }];
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-00000000',
      MinCount: count,
      MaxCount: count,
      TagSpecifications: [{ ResourceType: 'instance', Tags }],
    }),
  );
  return Instances.map(({ InstanceId = '' }) => InstanceId);
}

const stageIs = (Value: string): EC2TagFilter => ({ Key: 'stage', Value, Type: 'KEY_AND_VALUE' });

/** The targets of a deployment to a new group; the deployment is stopped again, since nobody would work for it. */
async function targetsOf(applicationName: string, members: Partial<CreateDeploymentGroupCommandInput>) {
  const deploymentGroupName = `web-${randomUUID().slice(0, 8)}`;
  await codedeploy.send(
    new CreateDeploymentGroupCommand({
      applicationName,
      deploymentGroupName,
      serviceRoleArn: local.serviceRoles.Server ?? '',
      ...members,
    }),
  );
  const deploymentId = await deployTo({
    applicationName,
    deploymentGroupName,
    tag: { Key: '', Value: '' },
    hosts: [],
  });
  const log = await eventually(
    'the fleet is admitted, or refused',
    () => events(deploymentId),
    (seen) => seen.some(({ type }) => type === 'FleetAdmitted' || type === 'DeploymentFailed'),
  );
  const found = log.flatMap((event) => (event.type === 'TargetsResolved' ? event.data.targets : []));
  if (found.length > 0) await codedeploy.send(new StopDeploymentCommand({ deploymentId }));
  return { deploymentId, found };
}

describe('the instances of EC2 that deployment groups choose by their tags', () => {
  it('are three for production, two as a backup, and all five for a group of both', async () => {
    const id = randomUUID().slice(0, 8);
    const applicationName = `web-${id}`;
    const stages = { prod: `Prod-${id}`, backup: `Backup-${id}` };
    await codedeploy.send(new CreateApplicationCommand({ applicationName }));
    const prod = await launch(3, stages.prod);
    const backup = await launch(2, stages.backup);
    const [gone = ''] = await launch(1, stages.backup);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [gone] }));

    const ids = async (...filters: readonly EC2TagFilter[]) =>
      (await targetsOf(applicationName, { ec2TagFilters: [...filters] })).found.map(
        ({ targetId }) => targetId,
      );
    expect(await ids(stageIs(stages.prod))).toEqual(prod.toSorted());
    expect(await ids(stageIs(stages.backup))).toEqual(backup.toSorted());
    const both = await targetsOf(applicationName, {
      ec2TagFilters: [stageIs(stages.prod), stageIs(stages.backup)],
    });
    expect(both.found.map(({ targetId }) => targetId)).toEqual([...prod, ...backup].toSorted());
    const [first] = both.found;
    const arn = `arn:aws:ec2:${local.region}:${local.accountId}:instance/${first?.targetId}`;
    expect(first).toMatchObject({ targetArn: arn, hostIdentifier: arn });
    expect(first?.zone).toMatch(local.region);

    const none = await targetsOf(applicationName, { ec2TagFilters: [stageIs(`Test-${id}`)] });
    const info = await ended(none.deploymentId);
    expect(info).toMatchObject({ status: 'Failed', errorInformation: { code: 'NO_INSTANCES' } });
  });
});

describe('the Auto Scaling groups that deployment groups name', () => {
  it('have to be there when the deployment group is made', async () => {
    const autoScaling = new AutoScalingClient(clientSettings(local));
    const name = `web-${randomUUID().slice(0, 8)}`;
    await codedeploy.send(new CreateApplicationCommand({ applicationName: name }));
    const members = { autoScalingGroups: [name] };
    const early = targetsOf(name, members);
    await expect(early).rejects.toMatchObject({ name: 'InvalidAutoScalingGroupException' });
    await expect(early).rejects.toThrow(`"${name}"`);

    const LaunchConfigurationName = name;
    await autoScaling.send(
      new CreateLaunchConfigurationCommand({
        LaunchConfigurationName,
        ImageId: 'ami-00000000',
        InstanceType: 't3.micro',
      }),
    );
    await autoScaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        LaunchConfigurationName,
        MinSize: 1,
        MaxSize: 1,
        AvailabilityZones: [`${local.region}a`],
      }),
    );
    // The emulator fills them with instances that its EC2 does not know.
    const { deploymentId } = await targetsOf(name, members);
    expect((await ended(deploymentId)).errorInformation?.code).toBe('NO_INSTANCES');
  });
});
