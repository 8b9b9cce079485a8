import { describe, expect, it } from 'vitest';
import { FIRST, SECOND, goldenFleetHistory } from '../../core/deployments/golden-fleet-history.ts';
import { arn, notified } from '../../support/notified.ts';

const EVENTS = [
  'InstanceStart',
  'InstanceSuccess',
  'InstanceFailure',
  'DeploymentSuccess',
  'DeploymentRollback',
];

async function fleet() {
  const sluice = await notified(await goldenFleetHistory());
  await sluice.setTriggers([{ triggerName: 'hosts', triggerTargetArn: arn('hosts'), triggerEvents: EVENTS }]);
  const told = () =>
    sluice.topics.sent
      .filter(({ topicArn }) => topicArn === arn('hosts'))
      .map(({ message }) => JSON.parse(message) as Record<string, string>);
  return { ...sluice, told };
}

const hostOf = (deploymentId: string, targetId: string) => `target#${deploymentId}#${targetId}`;

describe('what is told of the hosts of a fleet', () => {
  it('is every event, on the topic of the stack, each with the host and its status as it was then', async () => {
    const sluice = await fleet();
    const batch = await sluice.ofStreams(hostOf(FIRST, 'i-1'));
    expect(await sluice.react(batch)).toEqual({ batchItemFailures: [] });
    const own = sluice.own();
    expect(own).toHaveLength(batch.Records.length);
    expect(own[0]).toMatchObject({
      eventId: `target#${FIRST}#i-1@1`,
      type: 'TargetClaimed',
      sentence: 'i-1 in a is next: wave 1, slot 2',
      deploymentId: FIRST,
      targetId: 'i-1',
      status: 'InProgress',
    });
    expect(own.at(-1)).toMatchObject({
      type: 'TargetSucceeded',
      sentence: 'i-1: Succeeded: All lifecycle events succeeded.',
      status: 'Succeeded',
    });
  });

  it('is the start and the end to triggers that ask for it, in the form of CodeDeploy', async () => {
    const sluice = await fleet();
    await sluice.react(await sluice.ofStreams(hostOf(FIRST, 'i-2')));
    const [start, failure, ...more] = sluice.told();
    expect(more).toEqual([]);
    expect(start).toMatchObject({ instanceStatus: 'IN_PROGRESS', lifecycleEvents: '[]' });
    expect(failure).toEqual({
      region: 'eu-north-1',
      accountId: '111122223333',
      eventTriggerName: 'hosts',
      deploymentId: FIRST,
      instanceId: 'arn:aws:ec2:eu-north-1:111122223333:instance/i-2',
      lastUpdatedAt: expect.stringMatching(/^Wed Nov 25 \d\d:\d\d:\d\d UTC 2026$/),
      instanceStatus: 'FAILED',
      lifecycleEvents: expect.stringMatching(
        /^\[{"LifecycleEvent":"ApplicationStop","LifecycleEventStatus":"Failed","StartTime":"\d+\.\d+","EndTime":"\d+\.\d+"}\]$/,
      ),
    });
    expect(sluice.topics.sent.at(-1)).toMatchObject({
      subject: `FAILED: AWS CodeDeploy ${FIRST} in eu-north-1 to checkout`,
      attributes: { eventId: expect.stringContaining(`target#${FIRST}#i-2@`) },
    });
  });

  it('is the start and the end to the bus, with the instance', async () => {
    const sluice = await fleet();
    await sluice.react(await sluice.ofStreams(hostOf(FIRST, 'i-1'), hostOf(FIRST, 'i-2')));
    const changes = sluice.put.map(
      ({ detailType, detail }) => `${detailType} ${detail.instanceId} ${detail.state}`,
    );
    const type = 'CodeDeploy Instance State-change Notification';
    expect(changes.toSorted()).toEqual([
      `${type} i-1 START`,
      `${type} i-1 SUCCESS`,
      `${type} i-2 FAILURE`,
      `${type} i-2 START`,
    ]);
    expect(sluice.put[0]?.resources).toEqual([
      expect.stringContaining(':instance/i-'),
      expect.stringContaining(':deploymentgroup:checkout/checkout-prod'),
      expect.stringContaining(':application:checkout'),
    ]);
  });

  it('is no end of a host that was cut short before it began', async () => {
    const sluice = await fleet();
    await sluice.react(await sluice.ofStreams(hostOf(SECOND, 'i-0')));
    expect(sluice.told().map(({ instanceStatus }) => instanceStatus)).toEqual(['IN_PROGRESS']);
    expect(sluice.own().at(-1)?.type).toBe('TargetSkipped');
  });

  it('counts the hosts at the end of the deployment', async () => {
    const sluice = await fleet();
    await sluice.react(await sluice.batch(FIRST));
    expect(sluice.told().map(({ deploymentOverview }) => deploymentOverview)).toEqual([
      '{"Succeeded":2,"Failed":1,"Skipped":0,"InProgress":0,"Pending":0}',
    ]);
  });

  it('is published once more as it was the first time: the same ids, states and changes', async () => {
    const stream = hostOf(FIRST, 'i-2');
    const [sluice, again] = [await fleet(), await fleet()];
    const batch = await sluice.ofStreams(stream);
    await sluice.react(batch);
    const versions = batch.Records.map((_, index) => index + 1);
    expect(await again.react({ republish: [{ stream, versions }] })).toEqual({
      published: versions.length,
      unknown: [],
    });
    expect([again.topics.sent, again.put]).toEqual([sluice.topics.sent, sluice.put]);
    expect(again.told()).toHaveLength(2);
  });

  it('is nothing else than what the log has of deployments and hosts', async () => {
    const sluice = await fleet();
    const republish = [{ stream: 'application#a-1', versions: [1] }];
    await expect(sluice.react({ republish })).rejects.toThrow('neither a deployment nor a target');
    expect(sluice.topics.sent).toEqual([]);
  });

  it('is, where a topic is gone, recorded once for all hosts and fails nothing', async () => {
    const sluice = await fleet();
    sluice.topics.answers.set(arn('hosts'), { status: 'missing', message: 'gone' });
    const batch = await sluice.ofStreams(hostOf(FIRST, 'i-0'), hostOf(FIRST, 'i-1'));
    expect(await sluice.react(batch)).toEqual({ batchItemFailures: [] });
    const failures = (await sluice.log(FIRST)).filter(({ type }) => type === 'NotificationFailed');
    expect(
      failures.map(({ data }) => (JSON.parse(data) as { triggerEvent: string }).triggerEvent).toSorted(),
    ).toEqual(['InstanceStart', 'InstanceSuccess']);
  });
});
