import { StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { api } from '../../support/api.ts';
import { CANARY, aDeployment, aGroup, both, succeed, task } from '../../support/api-groups.ts';

async function deployed(settings: object = {}) {
  const one = api();
  await aGroup(one, { deploymentConfigName: CANARY, ...settings });
  const deploymentId = await aDeployment(one);
  return {
    one,
    deploymentId,
    stop: (more: object = {}) => one.ok('StopDeployment', { deploymentId, ...more }),
  };
}

test('a deployment that has not started is stopped at once', async () => {
  const { one, deploymentId } = await deployed();
  const answer = await one.client.send(new StopDeploymentCommand({ deploymentId }));
  expect(answer.status).toBe('Succeeded');
  expect(answer.statusMessage).toMatch(/no further commands will be scheduled/i);
  const ended = {
    status: 'Stopped',
    completeTime: one.clock.now / 1000,
    errorInformation: { code: 'MANUAL_STOP' },
  };
  const info = async () => (await one.ok('GetDeployment', { deploymentId })).deploymentInfo;
  expect(await info()).toMatchObject(ended);
  // Its workflow finds that out whenever it comes to it, and the group is free for the next.
  one.clock.now += 60_000;
  await one.decide(deploymentId, task.admit(), task.finish());
  expect(await info()).toMatchObject(ended);
  await aDeployment(one);
});

test('a bake is a wait: it is woken, and the answer is Succeeded', async () => {
  const { one, deploymentId, stop } = await deployed();
  await one.decide(deploymentId, task.admit(), task.begin(), task.shift(1, one.clock.now));
  one.parked.push({ deploymentId, entry: 'AllowTraffic#1', token: 'bake-token' });
  expect((await stop()).status).toBe('Succeeded');
  expect(one.woken).toEqual([{ token: 'bake-token', error: 'Ending' }]);
  expect(one.parked).toEqual([]);
});

test('between two events the answer is Succeeded', async () => {
  const { one, deploymentId, stop } = await deployed();
  await one.decide(deploymentId, task.admit());
  expect((await stop()).status).toBe('Succeeded');
});

test('while a shift executes the first answer is Pending and the next ones Succeeded', async () => {
  const { one, deploymentId, stop } = await deployed();
  await one.decide(deploymentId, task.admit(), task.begin());
  expect(await stop()).toMatchObject({ status: 'Pending', statusMessage: expect.stringMatching(/pending/) });
  const { deploymentInfo } = await one.ok('GetDeployment', { deploymentId });
  expect(deploymentInfo.status).toBe('InProgress');
  const events = one.store.allEvents();
  expect((await stop()).status).toBe('Succeeded');
  expect((await stop({ autoRollbackEnabled: true })).status).toBe('Succeeded');
  expect(one.store.allEvents()).toEqual(events);
});

test('a shift that waits to be tried again executes nothing', async () => {
  const { one, deploymentId, stop } = await deployed();
  const data = { executionArn: (await admitted(one, deploymentId)).executionArn, step: 1 };
  const policy = { timeScale: 1, bakeGraceSeconds: 60 };
  const reason = { reason: 'throttled', message: 'Rate exceeded', random: 0.5, policy } as const;
  await one.decide(deploymentId, task.begin(), { type: 'PostponeShift', data: { ...data, ...reason } });
  expect((await stop()).status).toBe('Succeeded');
});

async function admitted({ decide, store }: ReturnType<typeof api>, deploymentId: string) {
  await decide(deploymentId, task.admit());
  return JSON.parse(store.allEvents().at(-1)?.data ?? '') as { readonly executionArn: string };
}

test('while the traffic of an alarm is put back a stop is Pending and changes nothing', async () => {
  const alarms = { enabled: true, alarms: [{ name: 'errors' }] };
  const { one, deploymentId, stop } = await deployed({ alarmConfiguration: alarms });
  await one.decide(
    deploymentId,
    task.admit(),
    task.begin(),
    task.shift(1, one.clock.now),
    {
      type: 'RaiseAlarm',
      data: { reason: 'ringing', alarmNames: ['errors'], message: 'Alarms fired: <errors>' },
    },
    task.beginRestore(),
  );
  expect((await stop()).status).toBe('Pending');
  await one.decide(deploymentId, task.restore());
  expect((await stop()).status).toBe('Succeeded');
  await one.decide(deploymentId, task.finish());
  await one.refused('StopDeployment', { deploymentId }, 'DeploymentAlreadyCompletedException');
});

test('what a stop has stopped can be stopped again; what ended otherwise cannot', async () => {
  const { one, deploymentId, stop } = await deployed();
  await stop();
  await one.decide(deploymentId, task.finish());
  const before = one.store.allEvents();
  expect((await stop()).status).toBe('Succeeded');
  expect(one.store.allEvents()).toEqual(before);

  const good = await aDeployment(one, { deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce' });
  await succeed(one, good);
  await one.refused('StopDeployment', { deploymentId: good }, 'DeploymentAlreadyCompletedException');
  const bad = await aDeployment(one);
  await one.decide(bad, task.fail('INVALID_REVISION', 'It is unreadable.'), task.finish());
  await one.refused('StopDeployment', { deploymentId: bad }, 'DeploymentAlreadyCompletedException');
});

test('the wish about a rollback is kept, true and false', async () => {
  for (const autoRollbackEnabled of [true, false]) {
    const { one, deploymentId, stop } = await deployed();
    await one.decide(deploymentId, task.admit());
    await stop({ autoRollbackEnabled });
    const event = one.store.allEvents().at(-1);
    expect(event?.type).toBe('StopRequested');
    expect(JSON.parse(event?.data ?? '')).toMatchObject({ autoRollbackEnabled });
  }
});

test('a missing, malformed or unknown id, and a deleted group, are refused by their own errors', async () => {
  const { one, deploymentId } = await deployed();
  await one.refused('StopDeployment', {}, 'DeploymentIdRequiredException');
  await one.refused('StopDeployment', { deploymentId: 'd-abc' }, 'InvalidDeploymentIdException', 'd-abc');
  const unknown = { deploymentId: 'd-ZZZZZZZZZ' };
  await one.refused('StopDeployment', unknown, 'DeploymentDoesNotExistException');
  await one.ok('DeleteDeploymentGroup', both);
  await one.refused(
    'StopDeployment',
    { deploymentId },
    'DeploymentGroupDoesNotExistException',
    /name: live$/,
  );
});

test('a signal that cannot be sent does not undo the stop: the sweep wakes what waits', async () => {
  const fail = () => Promise.reject(new Error('Step Functions is away'));
  const one = api({ workflows: { fail, succeed: fail } });
  await aGroup(one);
  const deploymentId = await aDeployment(one);
  await one.decide(deploymentId, task.admit());
  one.parked.push({ deploymentId, entry: 'AllowTraffic#1', token: 'bake-token' });
  expect((await one.ok('StopDeployment', { deploymentId })).status).toBe('Succeeded');
  expect(one.store.allEvents().at(-1)?.type).toBe('StopRequested');
});
