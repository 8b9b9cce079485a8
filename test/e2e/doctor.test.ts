import { DeleteApplicationCommand, ListApplicationsCommand } from '@aws-sdk/client-codedeploy';
import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, DeleteTopicCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand, PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { roleName } from '../../core/registry/names.ts';
import { codedeploy, fleet, functionOf, iam, lambda, sqs } from './cloud.ts';
import { sluice } from './sluice.ts';
import { stockRole } from './stock-role.ts';
import { sns } from './subscribers.ts';

interface Finding {
  readonly check: string;
  readonly level: 'green' | 'yellow' | 'red';
  readonly words: string;
  readonly remedy?: string;
}

let queueUrl: string;

/** What other tests of this run have broken on purpose is put away: their groups and their dead letters. */
beforeAll(async () => {
  const { applications = [] } = await codedeploy.send(new ListApplicationsCommand({}));
  for (const applicationName of applications) {
    await codedeploy.send(new DeleteApplicationCommand({ applicationName }));
  }
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const urls = QueueUrls.filter((url) => url.includes('DeadLetters'));
  for (const QueueUrl of urls) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  queueUrl = urls[0] ?? '';
});

describe('sluice doctor on the local cloud', () => {
  it('finds nothing wrong, and says that the sweep has come', async () => {
    await fleet();
    const swept = await lambda.send(
      new InvokeCommand({ FunctionName: await functionOf('OnDeadline'), Payload: '{}' }),
    );
    expect(swept.FunctionError).toBeUndefined();
    const { exitCode, out } = await sluice('doctor');
    expect(out.split('\n')[0]).toMatch(
      /^✓ installation: emulated: the stack \S+ in the account 000000000000/,
    );
    expect(out).toMatch(/^✓ sweep: came \d+s ago$/m);
    expect(out).not.toMatch(/^[!✗]/m);
    expect(exitCode).toBe(0);
  });

  it('says what is in a queue for dead letters, until it is emptied', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: '{"reason":"a test"}' }));
    const sick = await doctor('dead letters');
    expect(sick).toMatchObject({
      exitCode: 1,
      findings: [{ level: 'red', words: expect.stringMatching(/^1 message in /) }],
    });
    expect(sick.findings[0]?.remedy).toMatch(/aws sqs purge-queue --queue-url \S+DeadLetters/);
    await sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
    expect(await doctor('dead letters')).toMatchObject({ exitCode: 0, findings: [{ level: 'green' }] });
  });

  it('names the command that mends a role which no longer trusts Sluice, and the command does', async () => {
    const roleArn = await stockRole();
    await sluice('role', 'trust', roleArn, '--all-applications', '--yes');
    const { applicationName } = await fleet({ serviceRoleArn: roleArn });
    expect((await doctor('service roles')).exitCode).toBe(0);
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: roleName(roleArn),
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
      }),
    );
    const sick = await doctor('service roles');
    expect(sick).toMatchObject({
      exitCode: 1,
      findings: [{ level: 'red', words: `${roleArn} does not trust Sluice` }],
    });
    const command = sick.findings[0]?.remedy?.split(' ') ?? [];
    expect(command.slice(0, 2)).toEqual(['npx', 'sluice']);
    expect((await sluice(...command.slice(2), '--yes')).exitCode).toBe(0);
    expect((await doctor('service roles')).exitCode).toBe(0);
    await codedeploy.send(new DeleteApplicationCommand({ applicationName }));
  });

  it('says that the topic of a trigger was deleted', async () => {
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: `told-${randomUUID()}` }));
    const { applicationName } = await fleet({
      triggerConfigurations: [
        { triggerName: 'told', triggerTargetArn: TopicArn, triggerEvents: ['DeploymentFailure'] },
      ],
    });
    expect(await doctor('topics')).toMatchObject({ exitCode: 0, findings: [{ level: 'green' }] });
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    expect(await doctor('topics')).toMatchObject({
      exitCode: 1,
      findings: [
        {
          level: 'red',
          words: expect.stringContaining(`there is no topic ${TopicArn}`),
          remedy: expect.stringContaining('aws sns create-topic --name told-'),
        },
      ],
    });
    await codedeploy.send(new DeleteApplicationCommand({ applicationName }));
  });

  it('says that an alarm which a group names is not there', async () => {
    const { applicationName } = await fleet({
      alarmConfiguration: { enabled: true, alarms: [{ name: 'nobody-made-it' }] },
    });
    expect(await doctor('alarms')).toMatchObject({
      exitCode: 1,
      findings: [
        {
          level: 'red',
          words: expect.stringContaining('nobody-made-it'),
          remedy: expect.stringContaining('Create it'),
        },
      ],
    });
    await codedeploy.send(new DeleteApplicationCommand({ applicationName }));
  });
});

async function doctor(
  check: string,
): Promise<{ readonly exitCode: number; readonly findings: readonly Finding[] }> {
  const { exitCode, out } = await sluice('doctor', '--json');
  const findings = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding);
  return { exitCode, findings: findings.filter((finding) => finding.check === check) };
}
