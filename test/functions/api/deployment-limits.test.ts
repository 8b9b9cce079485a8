import { expect, test } from 'vitest';
import { rowKeys } from '../../../core/views/row-keys.ts';
import { api } from '../../support/api.ts';
import { aDeployment, aGroup, appSpec, both, inline, succeed, task } from '../../support/api-groups.ts';

const body = { ...both, revision: inline(appSpec()) };

async function withGroup(settings: object = {}) {
  const one = api();
  await aGroup(one, settings);
  return one;
}

test('a group with an active deployment refuses the next one in words that clients parse', async () => {
  const one = await withGroup();
  const deploymentId = await aDeployment(one);
  const message = await one.refused('CreateDeployment', body, 'DeploymentLimitExceededException');
  expect(message).toContain(`'live' already has an active Deployment '${deploymentId}'`);
  await succeed(one, deploymentId);
  await aDeployment(one);
});

test('of two who deploy to one group at once one wins, and the other learns the id of the winner', async () => {
  const one = await withGroup();
  const answers = await Promise.all([one.call('CreateDeployment', body), one.call('CreateDeployment', body)]);
  const winner = answers.find(({ status }) => status === 200)?.json;
  const loser = answers.find(({ status }) => status === 400)?.json;
  expect(loser?.__type).toBe('DeploymentLimitExceededException');
  expect(loser?.message).toContain(`'live' already has an active Deployment '${winner?.deploymentId}'`);
  expect(one.store.allEvents().filter(({ type }) => type === 'DeploymentCreated')).toHaveLength(1);
});

test('limits come before the role: the quota of the account, the alarms, the busy group', async () => {
  const one = await withGroup();
  one.roles.clear();
  const full = api({
    store: one.store,
    rows: { ...one.ports.rows, count: async (pk) => (pk === 'due' ? 1300 : 0) },
  });
  full.roles.clear();
  await full.refused('CreateDeployment', body, 'DeploymentLimitExceededException', '1300');
  const alarms = Array.from({ length: 51 }, (_, index) => ({ name: `alarm-${index}` }));
  const noisy = { ...body, overrideAlarmConfiguration: { enabled: true, alarms } };
  await one.refused('CreateDeployment', noisy, 'AlarmsLimitExceededException');
  await one.refused('CreateDeployment', body, 'InvalidRoleException');
});

test('fifty alarms fit into the one transaction of a creation', async () => {
  const alarms = Array.from({ length: 50 }, (_, index) => ({ name: `alarm-${index}` }));
  const one = await withGroup({ alarmConfiguration: { enabled: true, alarms } });
  await aDeployment(one);
  const { pk } = rowKeys.deploymentWatchingAlarm('alarm-49', '');
  expect(await one.store.rows.count(pk)).toBe(1);
});

test('a stopped deployment leaves the group to the next one', async () => {
  const one = await withGroup();
  const deploymentId = await aDeployment(one);
  await one.ok('StopDeployment', { deploymentId });
  await one.decide(deploymentId, task.finish());
  await aDeployment(one);
});
