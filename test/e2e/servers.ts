import {
  AddTagsToOnPremisesInstancesCommand,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import type {
  CreateDeploymentCommandInput,
  CreateDeploymentGroupCommandInput,
} from '@aws-sdk/client-codedeploy';
import { randomUUID } from 'node:crypto';
import type { TargetRow } from '../../core/views/target-rows.ts';
import { claimedTargets } from '../../functions/runtime/fleet-rows.ts';
import { onPremises } from './agent-calls.ts';
import { codedeploy, eventually, rows } from './cloud.ts';
import { bundleInS3, bundleRole } from './host-deployments.ts';

/** Some registered on-premises instances of one tag, and a group that deploys to them. */
export interface Servers {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  /** By which the group chooses its hosts. */
  readonly tag: { readonly Key: string; readonly Value: string };
  readonly hosts: readonly Awaited<ReturnType<typeof onPremises>>[];
}

export async function servers(
  count: number,
  change: Partial<CreateDeploymentGroupCommandInput> = {},
): Promise<Servers> {
  const id = randomUUID().slice(0, 8);
  const hosts = await Promise.all(Array.from({ length: count }, () => onPremises()));
  const tag = { Key: 'fleet', Value: id };
  await codedeploy.send(
    new AddTagsToOnPremisesInstancesCommand({ tags: [tag], instanceNames: hosts.map(({ name }) => name) }),
  );
  const names = { applicationName: `web-${id}`, deploymentGroupName: `web-${id}-prod` };
  await codedeploy.send(new CreateApplicationCommand({ applicationName: names.applicationName }));
  await group(names, tag, change);
  return { ...names, tag, hosts };
}

/** Of the same application, and for the same hosts. */
export async function anotherGroup(web: Servers): Promise<Servers> {
  const { applicationName } = web;
  const deploymentGroupName = `${web.deploymentGroupName}-too`;
  const deploymentConfigName = 'CodeDeployDefault.AllAtOnce';
  await group({ applicationName, deploymentGroupName }, web.tag, { deploymentConfigName });
  return { ...web, deploymentGroupName };
}

/** With a group of its own, for the same hosts. */
export async function anotherApplication(web: Servers): Promise<Servers> {
  const applicationName = `${web.applicationName}-too`;
  const deploymentGroupName = `${applicationName}-prod`;
  await codedeploy.send(new CreateApplicationCommand({ applicationName }));
  await group({ applicationName, deploymentGroupName }, web.tag, {});
  return { ...web, applicationName, deploymentGroupName };
}

async function group(
  names: Pick<Servers, 'applicationName' | 'deploymentGroupName'>,
  tag: Servers['tag'],
  change: Partial<CreateDeploymentGroupCommandInput>,
): Promise<void> {
  await codedeploy.send(
    new CreateDeploymentGroupCommand({
      ...names,
      serviceRoleArn: await bundleRole(),
      onPremisesInstanceTagFilters: [{ ...tag, Type: 'KEY_AND_VALUE' }],
      ...change,
    }),
  );
}

/** A new revision each time, unless one is given. */
export async function deployTo(
  { applicationName, deploymentGroupName }: Servers,
  change: Partial<CreateDeploymentCommandInput> = {},
): Promise<string> {
  const { deploymentId = '' } = await codedeploy.send(
    new CreateDeploymentCommand({
      applicationName,
      deploymentGroupName,
      revision: await revision(),
      fileExistsBehavior: 'OVERWRITE',
      ...change,
    }),
  );
  return deploymentId;
}

/** A bundle in S3; without one, what nobody has deployed before, and no agent can unpack. */
export async function revision(bundle: string | Uint8Array = randomUUID()) {
  const { revisionType, ...s3Location } = await bundleInS3(bundle);
  return { revisionType, s3Location };
}

export function targetsOf(deploymentId: string): Promise<readonly TargetRow[]> {
  return claimedTargets(rows, deploymentId);
}

export function targetsUntil(
  what: string,
  deploymentId: string,
  isSo: (targets: readonly TargetRow[]) => boolean,
): Promise<readonly TargetRow[]> {
  return eventually(what, () => targetsOf(deploymentId), isSo);
}
