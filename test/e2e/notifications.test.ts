import { StopDeploymentCommand, UpdateDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import { DeleteTopicCommand, PublishCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Fleet,
  appSpec,
  baking,
  codedeploy,
  deploy,
  dynamodb,
  ended,
  events,
  eventually,
  fleet,
  local,
  slowCanary,
  sqs,
} from './cloud.ts';
import { deleteRole, ownServiceRole } from './own-role.ts';
import { sluice } from './sluice.ts';
import { aTopic, functionOf, queueOf, queueOfBus, sns, toldBy, webAddressOf } from './subscribers.ts';

const AT_ONCE = 'CodeDeployDefault.LambdaAllAtOnce';
const TRIGGER_EVENTS = [
  'DeploymentStart',
  'DeploymentSuccess',
  'DeploymentFailure',
  'DeploymentRollback',
] as const;

function trigger(triggerTargetArn: string) {
  return { triggerName: 'ops-deploys', triggerTargetArn, triggerEvents: [...TRIGGER_EVENTS] };
}

describe('the topic of the stack', () => {
  it('tells a queue of everything, once at least and with the ids to put it in order by', async () => {
    const queue = await queueOf(local.notificationTopicArn);
    const id = await deploy(await fleet(), { config: AT_ONCE });
    await ended(id);
    const log = await events(id);
    const ids = log.map((_, index) => `deployment#${id}@${index + 1}`);
    const ours = async () => (await queue.received()).map(toldBy).filter((told) => told.deploymentId === id);
    const told = await eventually('all is told', ours, (seen) => seen.length >= log.length);
    expect(told.map(({ eventId }) => eventId)).toEqual(ids);
    expect(told.map(({ type }) => type)).toEqual(log.map(({ type }) => type));
    expect(told.at(-1)).toMatchObject({
      status: 'Succeeded',
      sentence: 'Succeeded: all traffic on version 2',
    });
  });

  it('tells a web address of failures alone, once it has confirmed', async () => {
    const web = await webAddressOf(local.notificationTopicArn, {
      event: ['DeploymentFailed', 'DeploymentStopped'],
    });
    try {
      await eventually('the address has confirmed', async () => web.confirmed(), Boolean);
      const shop = await fleet({ autoRollbackConfiguration: { enabled: false } });
      await ended(await deploy(shop, { config: AT_ONCE }));
      const failed = await deploy(shop, { content: appSpec('nowhere', '1', '2') });
      await ended(failed);
      const [first, ...others] = await eventually('it is told', web.received, (seen) => seen.length > 0);
      expect(first?.Subject).toBe(
        `DeploymentFailed: ${failed} of ${shop.applicationName} / ${shop.deploymentGroupName}`,
      );
      expect(first === undefined ? {} : toldBy(first)).toMatchObject({
        deploymentId: failed,
        status: 'Failed',
        errorInformation: { code: 'INVALID_LAMBDA_FUNCTION' },
      });
      expect(others).toEqual([]);
    } finally {
      await web.close();
    }
  });

  it('tells a function of one application', async () => {
    const [ours, theirs] = [await fleet(), await fleet()];
    const inbox = await functionOf(local.notificationTopicArn, { application: [ours.applicationName] });
    try {
      const foreign = await deploy(theirs, { config: AT_ONCE });
      const id = await deploy(ours, { config: AT_ONCE });
      await Promise.all([ended(foreign), ended(id)]);
      const count = (await events(id)).length;
      const told = await eventually('it is told', inbox.received, (seen) => seen.length >= count);
      expect(new Set(told.map((message) => toldBy(message).deploymentId))).toEqual(new Set([id]));
      expect(told[0]?.MessageAttributes).toMatchObject({
        application: { Value: ours.applicationName },
        group: { Value: ours.deploymentGroupName },
        event: { Value: 'DeploymentCreated' },
        status: { Value: 'Created' },
        creator: { Value: 'user' },
      });
    } finally {
      await inbox.close();
    }
  });

  it('takes no word of anybody else', async () => {
    const foreign = new PublishCommand({ TopicArn: local.notificationTopicArn, Message: 'all is well' });
    await expect(sns.send(foreign)).rejects.toThrow('not authorized');
  });
});

describe('the triggers of a group', () => {
  it('send a test message, and then what CodeDeploy sends of a deployment and of its rollback', async () => {
    const topicArn = await aTopic();
    const queue = await queueOf(topicArn);
    const shop = await fleet({ triggerConfigurations: [trigger(topicArn)] });
    const [test] = await eventually('the test comes', queue.received, (seen) => seen.length > 0);
    expect(test?.Subject).toBe(`TEST: AWS CodeDeploy trigger in ${local.region} for ${shop.applicationName}`);
    await ended(await deploy(shop, { config: AT_ONCE }));
    const failed = await deploy(shop, { content: hooked(shop) });
    const { rollbackInfo } = await ended(failed);
    const back = rollbackInfo?.rollbackDeploymentId ?? '';
    await ended(back);
    const messages = await eventually('all is told', queue.received, (seen) => seen.length >= 8);
    const place = `in ${local.region} to ${shop.applicationName}`;
    expect(messages.slice(3).map(({ Subject }) => Subject)).toEqual(
      expect.arrayContaining([
        `CREATED: AWS CodeDeploy ${failed} ${place}`,
        `FAILED: AWS CodeDeploy ${failed} ${place}`,
        `CREATED: AWS CodeDeploy ${back} ${place}`,
        `IN_PROGRESS: AWS CodeDeploy ${back} ${place}`,
        `SUCCEEDED: AWS CodeDeploy ${back} ${place}`,
      ]),
    );
    const failure = messages.find(({ Subject = '' }) => Subject.startsWith('FAILED'));
    const time = expect.stringMatching(/^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$/) as string;
    expect(JSON.parse(failure?.Message ?? '')).toEqual({
      region: local.region,
      accountId: local.accountId,
      eventTriggerName: 'ops-deploys',
      applicationName: shop.applicationName,
      deploymentId: failed,
      deploymentGroupName: shop.deploymentGroupName,
      createTime: time,
      completeTime: time,
      deploymentOverview: '{"Succeeded":0,"Failed":1,"Skipped":0,"InProgress":0,"Pending":0}',
      status: 'FAILED',
      errorInformation: expect.stringContaining(
        '{"ErrorCode":"HOOK_EXECUTION_FAILURE","ErrorMessage":"',
      ) as string,
      rollbackInformation: '{}',
    });
    const version = (await events(failed)).findIndex(({ type }) => type === 'DeploymentFailed') + 1;
    expect(failure?.MessageAttributes).toEqual({
      eventId: expect.objectContaining({ Value: `deployment#${failed}@${version}` }) as object,
    });
  });

  it('whose topic is gone fail nothing, and `sluice events` says so', async () => {
    const topicArn = await aTopic();
    const shop = await fleet({ triggerConfigurations: [trigger(topicArn)] });
    await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
    const id = await deploy(shop, { config: AT_ONCE });
    expect(await ended(id)).toMatchObject({ status: 'Succeeded' });
    const recorded = await eventually(
      'it is recorded',
      async () => (await events(id)).filter(({ type }) => type === 'NotificationFailed'),
      (seen) => seen.length === 2,
    );
    expect(recorded.map(({ data }) => data)).toEqual([
      expect.objectContaining({ version: 1, triggerName: 'ops-deploys', topicArn, code: 'TOPIC_MISSING' }),
      expect.objectContaining({ triggerEvent: 'DeploymentSuccess', code: 'TOPIC_MISSING' }),
    ]);
    const { out } = await sluice('events', id);
    expect(out).toContain('The trigger ops-deploys was not told of DeploymentSuccess: TOPIC_MISSING');
  });

  it('whose role is gone are recorded with that reason', async () => {
    const shop = await fleet({ autoRollbackConfiguration: { enabled: false } });
    const id = await deploy(shop, { config: await slowCanary() });
    await baking(id);
    const serviceRoleArn = await ownServiceRole();
    const onStop = { ...trigger(await aTopic()), triggerEvents: ['DeploymentStop' as const] };
    await codedeploy.send(
      new UpdateDeploymentGroupCommand({
        applicationName: shop.applicationName,
        currentDeploymentGroupName: shop.deploymentGroupName,
        serviceRoleArn,
        triggerConfigurations: [onStop],
      }),
    );
    await deleteRole(serviceRoleArn);
    await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
    await ended(id);
    const recorded = await eventually(
      'it is recorded',
      async () => (await events(id)).filter(({ type }) => type === 'NotificationFailed'),
      (seen) => seen.length > 0,
    );
    expect(recorded.map(({ data }) => data)).toEqual([
      expect.objectContaining({ triggerEvent: 'DeploymentStop', code: 'IAM_ROLE_MISSING' }),
    ]);
  });

  it('name topics that are there', async () => {
    const shop = await fleet();
    const gone = `arn:aws:sns:${local.region}:${local.accountId}:nowhere`;
    const update = new UpdateDeploymentGroupCommand({
      applicationName: shop.applicationName,
      currentDeploymentGroupName: shop.deploymentGroupName,
      triggerConfigurations: [trigger(gone)],
    });
    await expect(codedeploy.send(update)).rejects.toMatchObject({
      name: 'InvalidTriggerConfigException',
      message: expect.stringContaining(`Topic ARN ${gone}`) as string,
    });
  });
});

describe('a record in the stream that is no event', () => {
  it('is parked by what notifies as well, and the events after it are told', async () => {
    const stream = `poison#${randomUUID()}`;
    const Key = { stream, version: 1 };
    await dynamodb.send(new PutCommand({ TableName: local.tables.log, Item: { ...Key, type: 7 } }));
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({}));
    const QueueUrl = QueueUrls?.find((url) => url.includes('NotificationsDeadLetter'));
    await eventually(
      'the record is parked',
      async () =>
        (await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))).Messages?.[0]?.Body ??
        '',
      (body) => body.includes(stream) && body.includes('no event of this log'),
    );
    // No writer could have written it, and the tests of the log want it whole.
    await dynamodb.send(new DeleteCommand({ TableName: local.tables.log, Key }));
    const shop = await fleet();
    const queue = await queueOf(local.notificationTopicArn, { application: [shop.applicationName] });
    await deploy(shop, { config: AT_ONCE });
    await eventually('the next is told', queue.received, (seen) => seen.length > 0);
  });
});

describe('sluice republish', () => {
  it('sends what a subscriber missed, in order and under the ids of the first time', async () => {
    const shop = await fleet();
    const since = new Date().toISOString();
    const id = await deploy(shop, { config: AT_ONCE });
    await ended(id);
    const log = await events(id);
    const late = await queueOf(local.notificationTopicArn, { application: [shop.applicationName] });
    const unasked = await sluice('republish', '--since', since);
    expect(unasked.exitCode).toBe(2);
    expect(unasked.err).toMatch(
      /\d+ events of \d+ deployments? since .*[^]*Reading the log took .* read units?, .*\$0\./,
    );
    const { exitCode, out } = await sluice('republish', '--since', since, '--yes');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^\d+ events published once more\n$/);
    const told = await eventually('it is told', late.received, (seen) => seen.length >= log.length);
    expect(told.map((message) => toldBy(message).eventId)).toEqual(
      log.map((_, index) => `deployment#${id}@${index + 1}`),
    );
    expect(await events(id)).toEqual(log);
  });
});

describe('the event bus', () => {
  it('tells a rule of the start and the end, as CodeDeploy does', async () => {
    const shop = await fleet();
    const queue = await queueOfBus({
      source: ['sluice.codedeploy'],
      'detail-type': ['CodeDeploy Deployment State-change Notification'],
      detail: { application: [shop.applicationName] },
    });
    const id = await deploy(shop, { config: AT_ONCE });
    await ended(id);
    const told = await eventually('it is told', queue.received, (seen) => seen.length === 2);
    const arn = `arn:aws:codedeploy:${local.region}:${local.accountId}`;
    const [start, success] = told.map((body) => JSON.parse(body) as object);
    const detail = {
      region: local.region,
      application: shop.applicationName,
      deploymentGroup: shop.deploymentGroupName,
      deploymentId: id,
    };
    expect(start).toMatchObject({
      source: 'sluice.codedeploy',
      'detail-type': 'CodeDeploy Deployment State-change Notification',
      resources: [
        `${arn}:deploymentgroup:${shop.applicationName}/${shop.deploymentGroupName}`,
        `${arn}:application:${shop.applicationName}`,
      ],
      detail: { ...detail, state: 'START', eventId: `deployment#${id}@1` },
    });
    expect(success).toMatchObject({ detail: { ...detail, state: 'SUCCESS' } });
  });
});

/** Names a validation function that is not there, so that the deployment fails after its admission. */
function hooked({ functionName }: Fleet): string {
  const spec = JSON.parse(appSpec(functionName, '2', '3')) as object;
  return JSON.stringify({ ...spec, Hooks: [{ BeforeAllowTraffic: 'CodeDeployHook_nowhere' }] });
}
