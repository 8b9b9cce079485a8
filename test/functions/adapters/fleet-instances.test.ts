import { describe, expect, it } from 'vitest';
import { awsAutoScalingGroups } from '../../../functions/adapters/auto-scaling-groups.ts';
import { ec2FleetInstances, filtersOf } from '../../../functions/adapters/fleet-instances.ts';
import { answering } from '../../support/answering.ts';

const credentials = () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' });
const prod = [{ Key: 'Env', Value: 'Prod' }];

const instance = (id: string, state = 'running', value = 'Prod') =>
  `<item><instanceId>${id}</instanceId><instanceState><name>${state}</name></instanceState>` +
  `<placement><availabilityZone>eu-north-1a</availabilityZone></placement>` +
  `<tagSet><item><key>Env</key><value>${value}</value></item></tagSet></item>`;

const page = (instances: readonly string[], next?: string) =>
  '<DescribeInstancesResponse><reservationSet><item><ownerId>123456789012</ownerId>' +
  `<instancesSet>${instances.join('')}</instancesSet></item></reservationSet>` +
  `${next === undefined ? '' : `<nextToken>${next}</nextToken>`}</DescribeInstancesResponse>`;

const ids = (found: Awaited<ReturnType<ReturnType<typeof ec2FleetInstances>['named']>>) =>
  found.status === 'found' ? found.instances.map(({ instanceId }) => instanceId) : found;

describe('the instances of EC2', () => {
  it('are read page by page, also where a page is empty', async () => {
    const pages = [page([instance('i-1')], 'two'), page([], 'three'), page([instance('i-2')])];
    const { answer, calls } = await answering(pages, () =>
      ec2FleetInstances(credentials(), 'aws').tagged([prod], 1000),
    );
    expect(ids(answer)).toEqual(['i-1', 'i-2']);
    expect(calls.map((call) => call.get('NextToken'))).toEqual([null, 'two', 'three']);
  });

  it('are looked for no further than one needs to know', async () => {
    const pages = [page([instance('i-1'), instance('i-2')], 'two'), page([instance('i-3')])];
    const { answer, calls } = await answering(pages, () =>
      ec2FleetInstances(credentials(), 'aws').tagged([prod], 1),
    );
    expect(ids(answer)).toEqual(['i-1', 'i-2']);
    expect(calls).toHaveLength(1);
  });

  it('are members while they are pending, running, stopping or stopped, whatever EC2 lets through', async () => {
    const states = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'];
    const { answer } = await answering([page(states.map((state) => instance(`i-${state}`, state)))], () =>
      ec2FleetInstances(credentials(), 'aws').tagged([prod], 1000),
    );
    expect(ids(answer)).toEqual(['i-pending', 'i-running', 'i-stopping', 'i-stopped']);
  });

  it('are chosen by their tags in the end, and by their ids', async () => {
    const all = page([instance('i-1', 'running', 'Test'), instance('i-2')]);
    const tagged = await answering([all], () => ec2FleetInstances(credentials(), 'aws').tagged([prod], 1000));
    expect(ids(tagged.answer)).toEqual(['i-2']);
    const named = await answering([all], () =>
      ec2FleetInstances(credentials(), 'aws').named(['i-1', 'i-gone']),
    );
    expect(ids(named.answer)).toEqual(['i-1']);
  });

  it('are told apart by what they run, of which EC2 names Windows alone', async () => {
    const windows = instance('i-1').replace('<placement>', '<platform>windows</platform><placement>');
    const { answer } = await answering([page([windows, instance('i-2')])], () =>
      ec2FleetInstances(credentials(), 'aws').tagged([prod], 1000),
    );
    expect(answer).toMatchObject({ instances: [{ isWindows: true }, { instanceId: 'i-2' }] });
    expect(answer).not.toMatchObject({ instances: [{}, { isWindows: true }] });
  });

  it('are asked for 200 at a time by their ids', async () => {
    const wanted = Array.from({ length: 201 }, (_, n) => `i-${n}`);
    const pages = [page([instance('i-0')]), page([instance('i-200')])];
    const { answer, calls } = await answering(pages, () =>
      ec2FleetInstances(credentials(), 'aws').named(wanted),
    );
    expect(ids(answer)).toEqual(['i-0', 'i-200']);
    expect(calls.map((call) => call.get('Filter.2.Value.200'))).toEqual(['i-199', null]);
  });

  it('carry the partition of the role, the region and the account of their owner', async () => {
    const { answer } = await answering([page([instance('i-1')])], () =>
      ec2FleetInstances(credentials(), 'aws-cn').named(['i-1']),
    );
    expect(answer).toMatchObject({
      instances: [
        { instanceArn: 'arn:aws-cn:ec2:eu-north-1:123456789012:instance/i-1', zone: 'eu-north-1a' },
      ],
    });
  });
});

describe('what EC2 is asked for', () => {
  const key = (Key: string) => ({ Key, Type: 'KEY_ONLY' });
  const both = (Key: string, Value: string) => ({ Key, Value, Type: 'KEY_AND_VALUE' });

  it('is the values of a key where a group names one key', () => {
    expect(filtersOf([[both('Env', 'Prod'), both('Env', 'Backup')]])).toEqual([
      { Name: 'tag:Env', Values: ['Prod', 'Backup'] },
    ]);
  });

  it('is any of the keys where a group names several, or any value', () => {
    expect(filtersOf([[both('Env', 'Prod'), both('Role', 'web')]])).toEqual([
      { Name: 'tag-key', Values: ['Env', 'Role'] },
    ]);
    expect(filtersOf([[key('Env'), both('Env', 'Prod')]])).toEqual([{ Name: 'tag-key', Values: ['Env'] }]);
  });

  it('is everything where a value will do under any key', () => {
    expect(filtersOf([[both('Env', 'Prod'), { Value: 'web', Type: 'VALUE_ONLY' }]])).toEqual([]);
  });

  it('is one filter for each group of a set, where they can be told apart', () => {
    expect(filtersOf([[both('Env', 'Prod')], [both('Role', 'web')], [both('Env', 'Backup')]])).toEqual([
      { Name: 'tag:Env', Values: ['Prod'] },
      { Name: 'tag:Role', Values: ['web'] },
    ]);
  });

  it('lets a backslash be any character, which would else take the meaning from the next one', () => {
    expect(filtersOf([[both('Path', 'C:\\web')]])).toEqual([{ Name: 'tag:Path', Values: ['C:?web'] }]);
  });
});

describe('Auto Scaling groups', () => {
  const group = (name: string, instances: readonly (readonly [id: string, state: string])[]) =>
    `<member><AutoScalingGroupName>${name}</AutoScalingGroupName><Instances>${instances
      .map(
        ([id, state]) =>
          `<member><InstanceId>${id}</InstanceId><LifecycleState>${state}</LifecycleState></member>`,
      )
      .join('')}</Instances></member>`;
  const groups = (found: readonly string[], next?: string) =>
    `<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups>${found.join('')}` +
    `</AutoScalingGroups>${next === undefined ? '' : `<NextToken>${next}</NextToken>`}` +
    '</DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>';

  it('are read page by page, and give the instances that are not about to go', async () => {
    const pages = [
      groups([group('web', [['i-1', 'InService']])], 'two'),
      groups([
        group('api', [
          ['i-2', 'Terminating:Wait'],
          ['i-3', 'Pending'],
        ]),
      ]),
    ];
    const { answer, calls } = await answering(pages, () =>
      awsAutoScalingGroups(credentials()).look(['web', 'api', 'gone']),
    );
    expect(answer).toEqual({ status: 'seen', instanceIds: ['i-1', 'i-3'], unknown: ['gone'] });
    expect(calls.map((call) => call.get('AutoScalingGroupNames.member.3'))).toEqual(['gone', 'gone']);
  });

  it('are not asked for without a name, which would mean all of them', async () => {
    const { answer, calls } = await answering([groups([group('web', [['i-1', 'InService']])])], () =>
      awsAutoScalingGroups(credentials()).look([]),
    );
    expect(answer).toEqual({ status: 'seen', instanceIds: [], unknown: [] });
    expect(calls).toEqual([]);
  });
});
