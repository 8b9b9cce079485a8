import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../core/chain.ts';
import { HOME, OWN_TOPIC, arn, credentials, notified } from '../../support/notified.ts';
import { recordOf } from '../../support/stream-record.ts';

describe('the function that notifies', () => {
  it('tells every event of a deployment to the stack, in order, and each as it was then', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    expect(await sluice.react(await sluice.batch('d-1'))).toEqual({ batchItemFailures: [] });
    const log = await sluice.log('d-1');
    expect(sluice.own().map(({ eventId, type }) => [eventId, type])).toEqual(
      log.map(({ version, type }) => [`deployment#d-1@${version}`, type]),
    );
    expect(sluice.own()[0]?.status).toBe('Created');
    expect(sluice.own().at(-1)?.status).toBe('Failed');
  });

  it('tells triggers what they ask for, with the role of the group in the name of the deployment', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    await sluice.react(await sluice.batch('d-1'));
    expect(sluice.toTriggers()).toEqual(['ops CREATED', 'ops FAILED', 'failures FAILED']);
    expect(new Set(sluice.assumed)).toEqual(new Set(['arn:aws:iam::111122223333:role/sluice as d-1']));
    const told = sluice.topics.sent.find(({ topicArn }) => topicArn === arn('ops'));
    expect(told?.by).toBe(credentials);
    expect(told?.attributes).toEqual({ eventId: 'deployment#d-1@1' });
    expect(JSON.parse(told?.message ?? '')).toMatchObject({
      accountId: HOME.accountId,
      eventTriggerName: 'ops',
    });
  });

  it('tells the bus of the start and the end', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    await sluice.react(await sluice.batch('d-1'));
    expect(sluice.put.map(({ detail }) => detail.state)).toEqual(['START', 'FAILURE']);
  });

  it('does not read on in the log, whatever a newer release has written there by now', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    const batch = await sluice.batch('d-1');
    await sluice.written('d-1', 'SomethingNewer');
    expect(await sluice.react(batch)).toEqual({ batchItemFailures: [] });
    expect(sluice.own()).toHaveLength(batch.Records.length);
  });

  it('passes over streams that are no deployments', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    const [created] = await sluice.log('d-1');
    const foreign = recordOf({ ...(created as StoredEvent), stream: 'application#1' });
    expect(await sluice.react({ Records: [foreign] })).toEqual({ batchItemFailures: [] });
    expect(sluice.topics.sent).toEqual([]);
  });
});

describe('a trigger that cannot be told', () => {
  it.each([
    ['missing', 'TOPIC_MISSING'],
    ['denied', 'TOPIC_DENIED'],
    ['refused', 'TOPIC_REFUSED'],
  ] as const)('for its topic is %s is recorded once, and the others are told', async (status, code) => {
    const sluice = await notified();
    await sluice.failed('d-1');
    sluice.topics.answers.set(arn('ops'), { status, message: 'because' });
    const batch = await sluice.batch('d-1');
    for (let time = 0; time < 2; time += 1) {
      expect(await sluice.react(batch)).toEqual({ batchItemFailures: [] });
    }
    expect(sluice.toTriggers()).toEqual(['failures FAILED', 'failures FAILED']);
    const failures = (await sluice.log('d-1')).filter(({ type }) => type === 'NotificationFailed');
    const end = batch.Records.length;
    expect(failures.map(({ data }) => JSON.parse(data) as object)).toEqual([
      {
        version: 1,
        triggerName: 'ops',
        topicArn: arn('ops'),
        triggerEvent: 'DeploymentStart',
        code,
        message: 'because',
      },
      {
        version: end,
        triggerName: 'ops',
        topicArn: arn('ops'),
        triggerEvent: 'DeploymentFailure',
        code,
        message: 'because',
      },
    ]);
  });

  it('is itself told to the stack and to no trigger', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    sluice.topics.answers.set(arn('ops'), { status: 'missing', message: 'gone' });
    await sluice.react(await sluice.batch('d-1'));
    sluice.topics.answers.clear();
    const before = sluice.topics.sent.length;
    const failures = (await sluice.log('d-1')).filter(({ type }) => type === 'NotificationFailed');
    await sluice.react({ Records: failures.map(recordOf) });
    expect(sluice.topics.sent.slice(before).map(({ topicArn }) => topicArn)).toEqual([OWN_TOPIC, OWN_TOPIC]);
    expect((await sluice.log('d-1')).at(-1)).toEqual(failures.at(-1));
  });

  it.each([
    ['missing', 'IAM_ROLE_MISSING'],
    ['denied', 'IAM_ROLE_PERMISSIONS'],
  ] as const)('for the role is %s is recorded for each trigger', async (status, code) => {
    const sluice = await notified();
    await sluice.failed('d-1');
    sluice.setRole({ status, message: 'because' });
    expect(await sluice.react(await sluice.batch('d-1'))).toEqual({ batchItemFailures: [] });
    const failures = (await sluice.log('d-1')).filter(({ type }) => type === 'NotificationFailed');
    expect(failures.map(({ data }) => (JSON.parse(data) as { code: string }).code)).toEqual([
      code,
      code,
      code,
    ]);
  });

  it('for SNS is away is tried again with all of the event, and not recorded', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    sluice.topics.answers.set(arn('ops'), new Error('throttled'));
    await expect(sluice.react(await sluice.batch('d-1'))).rejects.toThrow('nothing could be published');
    expect((await sluice.log('d-1')).map(({ type }) => type)).not.toContain('NotificationFailed');
  });

  it('for IAM throttles is tried again', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    sluice.setRole({ status: 'throttled', message: 'slow down' });
    await expect(sluice.react(await sluice.batch('d-1'))).rejects.toThrow('nothing could be published');
  });
});

describe('a batch', () => {
  it('publishes nothing of a deployment behind what failed, and all of the others', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    await sluice.setTriggers([]);
    await sluice.failed('d-2');
    await sluice.setTriggers([
      { triggerName: 'ops', triggerTargetArn: arn('ops'), triggerEvents: ['DeploymentFailure'] },
    ]);
    sluice.topics.answers.set(arn('ops'), new Error('away'));
    const batch = await sluice.batch('d-1');
    const last = batch.Records.length;
    const [extra] = (await sluice.batch('d-2')).Records;
    const other = { ...extra, dynamodb: { ...extra?.dynamodb, SequenceNumber: '99' } };
    expect(await sluice.react({ Records: [...batch.Records, other] })).toEqual({
      batchItemFailures: [{ itemIdentifier: String(last) }],
    });
    expect(sluice.own().filter(({ eventId }) => eventId.includes('d-2'))).toHaveLength(1);
  });

  it('of which nothing could be published throws', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    sluice.topics.answers.set(OWN_TOPIC, { status: 'missing', message: 'deleted by hand' });
    await expect(sluice.react(await sluice.batch('d-1'))).rejects.toThrow();
    expect(sluice.toTriggers()).toEqual([]);
  });

  it('parks what is no event, and what the log does not hold', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    const [created] = await sluice.log('d-1');
    const invented = recordOf({ ...(created as StoredEvent), version: 99 });
    const broken = {
      eventName: 'INSERT',
      dynamodb: { NewImage: { stream: { S: 'x' } }, SequenceNumber: '7' },
    };
    expect(await sluice.react({ Records: [broken, invented] })).toEqual({ batchItemFailures: [] });
    expect(sluice.deadLetters).toEqual([
      'the record is no event of this log',
      'the log does not hold the event of the record',
    ]);
    expect(sluice.topics.sent).toEqual([]);
  });
});

describe('publishing once more', () => {
  it('sends the events of the log again under the same ids, in order of version, and tells what is not there', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    const republish = [{ stream: 'deployment#d-1', versions: [3, 1, 99] }];
    expect(await sluice.react({ republish })).toEqual({ published: 2, unknown: ['deployment#d-1@99'] });
    expect(sluice.own().map(({ eventId }) => eventId)).toEqual(['deployment#d-1@1', 'deployment#d-1@3']);
    expect(sluice.own()[0]?.status).toBe('Created');
  });

  it('writes nothing and starts nothing', async () => {
    const sluice = await notified();
    await sluice.failed('d-1');
    const before = await sluice.log('d-1');
    await sluice.react({
      republish: [{ stream: 'deployment#d-1', versions: before.map(({ version }) => version) }],
    });
    expect(await sluice.log('d-1')).toEqual(before);
  });
});
