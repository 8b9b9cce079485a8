import { awsFailure } from '../../functions/adapters/aws-failure.ts';
import { counted } from '../lines.ts';
import type { Check, Examination, Group } from './examination.ts';
import { type Found, green, red, yellow } from './finding.ts';
import { groupWords, namedBy } from './groups.ts';

/** The topics that alarms notify and that are told of deployments: they are there, and none but CloudWatch stops one. */
export const topicsCheck: Check = {
  name: 'topics',
  action: 'sns:GetTopicAttributes',
  look: async (examination) => {
    const { account, outputs } = examination;
    const told = namedBy(await examination.groups(), ({ triggerConfigurations = [] }) =>
      triggerConfigurations.map(({ triggerTargetArn }) => triggerTargetArn),
    );
    const notifications = outputs['NotificationTopicArn'];
    const found = [...(await alarmTopic(examination))];
    if (notifications !== undefined && (await account.topics.policy(notifications)) === undefined) {
      found.push(red(`the stack's own topic ${notifications} is gone`, remake(notifications, examination)));
    }
    for (const [topicArn, groups] of told) found.push(...(await ofTrigger(topicArn, groups, examination)));
    if (found.length > 0) return found;
    const count = 1 + (notifications === undefined ? 0 : 1) + told.size;
    return [green(`${counted(count, 'topic')} there; only CloudWatch can publish to the one of alarms`)];
  },
};

/** The topic may be somebody else's: that it cannot be looked at must not hide what is wrong with another one. */
async function ofTrigger(
  topicArn: string,
  groups: readonly Group[],
  { account }: Examination,
): Promise<readonly Found[]> {
  const use = `which a trigger of ${groupWords(groups)} tells of deployments`;
  try {
    if ((await account.topics.policy(topicArn)) !== undefined) return [];
  } catch (error) {
    if (awsFailure(error)?.status !== 'denied') throw error;
    return [
      yellow(
        `not permitted to look at the topic ${topicArn}, ${use}`,
        'Allow sns:GetTopicAttributes on it to whoever looks.',
      ),
    ];
  }
  return [
    red(
      `there is no topic ${topicArn}, ${use}`,
      `Create it again: aws sns create-topic --name ${nameOf(topicArn)} - or take the ` +
        'trigger away: aws deploy update-deployment-group … --trigger-configurations',
    ),
  ];
}

function remake(topicArn: string, { account }: Examination): string {
  return (
    `aws sns create-topic --name ${nameOf(topicArn)} - and then its policy and its subscriptions, ` +
    `which the template names: aws cloudformation get-template --stack-name ${account.stack.name}`
  );
}

function nameOf(topicArn: string): string {
  return topicArn.slice(topicArn.lastIndexOf(':') + 1);
}

/** Whoever can publish to it can stop deployments; who must is CloudWatch, for alarms of this account. */
async function alarmTopic(examination: Examination): Promise<readonly Found[]> {
  const { account, outputs, identity } = examination;
  const topicArn = outputs['AlarmTopicArn'] ?? '';
  const policy = await account.topics.policy(topicArn);
  if (policy === undefined) {
    return [red(`the topic of alarms ${topicArn} is gone`, remake(topicArn, examination))];
  }
  const statements = [policy['Statement'] ?? []].flat() as readonly unknown[];
  const wanted = statementsOf(topicArn, identity.accountId);
  const missing = Object.entries(wanted).filter(
    ([, statement]) => !statements.some((each) => holds(each, statement)),
  );
  if (missing.length === 0) return [];
  const mended = { ...policy, Statement: [...statements, ...missing.map(([, statement]) => statement)] };
  return [
    red(
      `the policy of the topic of alarms is not as it was deployed: ${missing.map(([words]) => words).join(', and ')}`,
      `aws sns set-topic-attributes --topic-arn ${topicArn} --attribute-name Policy ` +
        `--attribute-value '${JSON.stringify(mended)}'`,
    ),
  ];
}

/** As infra/alarm-topic.ts has them; a healthy installation in the end-to-end tests shows that these are the same. */
function statementsOf(topicArn: string, accountId: string): Readonly<Record<string, object>> {
  return {
    'alarms of this account cannot notify it': {
      Sid: 'CloudWatchOfThisAccount',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topicArn,
      Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
    },
    'others than AWS services can notify it': {
      Sid: 'NobodyElse',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sns:Publish',
      Resource: topicArn,
      Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
    },
  };
}

/** Whether all that is wanted of a statement is in it, whatever the order of its members and the case of its action. */
function holds(statement: unknown, wanted: object): boolean {
  return Object.entries(wanted).every(([member, value]) => {
    const present = (statement as Readonly<Record<string, unknown>>)[member];
    return sorted(present) === sorted(value);
  });
}

/** The value as text that does not depend on the order of its members. */
function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value).toLowerCase();
  return JSON.stringify(
    Object.entries(value)
      .map(([key, each]) => [key, sorted(each)])
      .sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
  );
}
