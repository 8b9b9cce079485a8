import type { Actor } from '../../../core/decider.ts';
import { application } from '../../../core/registry/application.ts';
import { deploymentGroup } from '../../../core/registry/deployment-group.ts';
import { revision, revisionIdentity } from '../../../core/registry/revision.ts';
import { commandTo } from '../../../functions/runtime/execute.ts';
import { system } from '../../../functions/runtime/system.ts';
import { type Does, ROLE } from './golden-commands.ts';

const terraform: Actor = { type: 'user', id: 'arn:aws:sts::123456789012:assumed-role/terraform/apply' };
const APPLICATION = 'b0000000-0000-4000-8000-000000000001';
const GROUP = 'b0000000-0000-4000-8000-000000000002';
const applicationName = 'billing';
const deploymentGroupName = 'live';
const team = { Key: 'team', Value: 'money' };
const stage = { Key: 'stage', Value: 'live' };

/** A second application that stays: it and its group are tagged and untagged, and its AppSpec lies in S3. */
export async function tagged(does: Does): Promise<void> {
  const app = `application#${APPLICATION}`;
  const identity = { applicationId: APPLICATION, applicationName, computePlatform: 'Lambda' } as const;
  const tags = [stage, team];
  await does(
    terraform,
    60_000,
    commandTo(application, app, { type: 'CreateApplication', data: { ...identity, tags } }),
  );
  const tagKeys = [stage.Key];
  await does(
    terraform,
    500,
    commandTo(application, app, { type: 'UntagApplication', data: { applicationName, tagKeys } }),
  );
  await groupIsTagged(does, `deployment-group#${GROUP}`);
  const location = {
    revisionType: 'S3',
    bucket: 'releases',
    key: 'billing/CodeDeploy/appspec.yaml',
    bundleType: 'YAML',
    version: '3sL4kqtJlcpXroDTDmJ',
    eTag: '"d41d8cd98f00b204e9800998ecf8427e"',
  } as const;
  const revisionId = system.sha256(revisionIdentity(APPLICATION, location));
  await does(
    terraform,
    700,
    commandTo(revision, `revision#${revisionId}`, {
      type: 'RegisterRevision',
      data: { applicationId: APPLICATION, revisionId, location, description: 'the first of billing' },
    }),
  );
}

async function groupIsTagged(does: Does, group: string): Promise<void> {
  await does(
    terraform,
    800,
    commandTo(deploymentGroup, group, {
      type: 'CreateDeploymentGroup',
      data: {
        deploymentGroupId: GROUP,
        applicationId: APPLICATION,
        applicationName,
        deploymentGroupName,
        computePlatform: 'Lambda',
        settings: {
          serviceRoleArn: ROLE,
          deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
        },
        tags: [team],
      },
    }),
  );
  await does(
    terraform,
    300,
    commandTo(deploymentGroup, group, {
      type: 'TagDeploymentGroup',
      data: { deploymentGroupName, tags: [stage, { ...team, Value: 'billing' }] },
    }),
  );
  await does(
    terraform,
    300,
    commandTo(deploymentGroup, group, {
      type: 'UntagDeploymentGroup',
      data: { deploymentGroupName, tagKeys: [stage.Key] },
    }),
  );
}
