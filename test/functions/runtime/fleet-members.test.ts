import { describe, expect, it } from 'vitest';
import type { FleetMembership } from '../../../core/deployments/fleet-events.ts';
import { isChosen } from '../../../core/deployments/membership.ts';
import type { TagGroups } from '../../../core/deployments/membership.ts';
import type { AwsFailure } from '../../../functions/adapters/aws-failure.ts';
import { fleetMembers } from '../../../functions/runtime/fleet-members.ts';

const ROLE = 'arn:aws:iam::111122223333:role/web';
const credentials = { accessKeyId: '', secretAccessKey: '', sessionToken: '' };
const instance = (instanceId: string, tag: string) => ({
  instanceId,
  instanceArn: `arn:aws:ec2:eu-north-1:111122223333:instance/${instanceId}`,
  tags: [{ Key: 'stage', Value: tag }],
});
/** The seed's example: three for production, two as a backup. */
const cloud = [
  instance('i-1', 'Prod'),
  instance('i-2', 'Prod'),
  instance('i-3', 'Prod'),
  instance('i-4', 'Backup'),
  instance('i-5', 'Backup'),
];
const onPremises = ['web-1', 'web-2'].map((instanceName, index) => ({
  instanceName,
  instanceArn: `arn:aws:codedeploy:eu-north-1:111122223333:instance/${instanceName}_x`,
  iamSessionArn: `arn:aws:sts::111122223333:assumed-role/host/${instanceName}`,
  tags: [{ Key: 'site', Value: 'web' }],
  ...(index === 1 && { deregisteredAt: 1 }),
}));

function members(membership: FleetMembership, failure?: AwsFailure, instances = cloud) {
  return fleetMembers(
    {
      rows: {
        query: async ({ pk }) => ({
          rows: onPremises.map((data) => ({
            pk,
            sk: data.instanceName,
            owner: '',
            data: JSON.stringify(data),
          })),
          more: false,
        }),
      },
      instancesWith: () => ({
        tagged: async (groups: TagGroups) =>
          failure ?? { status: 'found', instances: instances.filter(({ tags }) => isChosen(groups, tags)) },
        named: async (ids) => ({
          status: 'found',
          instances: instances.filter(({ instanceId }) => ids.includes(instanceId)),
        }),
      }),
      autoScalingGroupsWith: () => ({
        look: async (names) =>
          names.includes('gone')
            ? { status: 'seen', instanceIds: [], unknown: ['gone'] }
            : { status: 'seen', instanceIds: ['i-1', 'i-4'], unknown: [] },
      }),
    },
    { membership, serviceRoleArn: ROLE, credentials },
  );
}

async function idsOf(membership: FleetMembership): Promise<readonly string[]> {
  const found = await members(membership);
  return found.status === 'found' ? found.members.map(({ targetId }) => targetId) : [found.code];
}

const prod = { Key: 'stage', Value: 'Prod', Type: 'KEY_AND_VALUE' };
const backup = { Key: 'stage', Value: 'Backup', Type: 'KEY_AND_VALUE' };

describe('the members of a group', () => {
  it('are those of its tags: three, two, and five of both', async () => {
    expect(await idsOf({ ec2TagFilters: [prod] })).toEqual(['i-1', 'i-2', 'i-3']);
    expect(await idsOf({ ec2TagFilters: [backup] })).toEqual(['i-4', 'i-5']);
    expect(await idsOf({ ec2TagFilters: [prod, backup] })).toHaveLength(5);
  });

  it('are each there once, by whatever way they belong to it', async () => {
    expect(await idsOf({ ec2TagFilters: [prod], autoScalingGroups: ['web'] })).toEqual([
      'i-1',
      'i-2',
      'i-3',
      'i-4',
    ]);
  });

  it('may be of both kinds, and a host that was deregistered is none', async () => {
    expect(
      await idsOf({
        ec2TagFilters: [backup],
        onPremisesInstanceTagFilters: [{ Key: 'site', Type: 'KEY_ONLY' }],
      }),
    ).toEqual(['i-4', 'i-5', 'web-1']);
  });

  it('call themselves by what their agents are known as', async () => {
    const found = await members({
      ec2TagFilters: [backup],
      onPremisesInstanceTagFilters: [{ Key: 'site', Type: 'KEY_ONLY' }],
    });
    const identifiers =
      found.status === 'found' ? found.members.map(({ hostIdentifier }) => hostIdentifier) : [];
    expect(identifiers).toEqual([
      'arn:aws:ec2:eu-north-1:111122223333:instance/i-4',
      'arn:aws:ec2:eu-north-1:111122223333:instance/i-5',
      'arn:aws:sts::111122223333:assumed-role/host/web-1',
    ]);
  });

  it.each([
    ['nobody', { ec2TagFilters: [{ Key: 'stage', Value: 'None' }] }, undefined, 'NO_INSTANCES'],
    ['no tags at all', {}, undefined, 'NO_INSTANCES'],
    [
      'an Auto Scaling group that is gone',
      { autoScalingGroups: ['gone'] },
      undefined,
      'AUTO_SCALING_CONFIGURATION',
    ],
    ['a role that may not look', { ec2TagFilters: [prod] }, 'denied', 'IAM_ROLE_PERMISSIONS'],
    ['EC2 that takes no more requests', { ec2TagFilters: [prod] }, 'throttled', 'THROTTLED'],
  ] as const)('%s is refused in words', async (_, membership, status, code) => {
    const failure = status === undefined ? undefined : { status, message: 'why' };
    expect(await members(membership, failure)).toMatchObject({ status: 'refused', code });
  });

  it('are a thousand at most', async () => {
    const many = Array.from({ length: 1001 }, (_, index) => instance(`i-${index}`, 'Prod'));
    expect(await members({ ec2TagFilters: [prod] }, undefined, many)).toMatchObject({
      code: 'OVER_MAX_INSTANCES',
    });
    expect(await members({ ec2TagFilters: [prod] }, undefined, many.slice(1))).toMatchObject({
      status: 'found',
    });
  });
});
