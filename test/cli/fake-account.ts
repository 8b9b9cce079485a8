import type { Account } from '../../cli/account/account.ts';
import type { Alarm } from '../../cli/account/alarms.ts';
import type { Mapping } from '../../cli/account/functions.ts';
import type { Identity } from '../../cli/account/identity.ts';
import type { StackResource } from '../../cli/account/installed-stack.ts';
import type { FoundRole, ServiceRole } from '../../cli/account/roles.ts';

export const TRUSTED = 'arn:aws:iam::123456789012:role/sluice/Sluice/*';
export const ROLE = 'arn:aws:iam::123456789012:role/deploy/CodeDeployLambda';
export const ALARM_TOPIC = 'arn:aws:sns:eu-north-1:123456789012:Sluice-Alarms';
export const QUEUE = 'https://sqs.eu-north-1.amazonaws.com/123456789012/Sluice-DeadLetters';

/** A role as CodeDeploy's documentation has it made: it trusts CodeDeploy, and no application of ours may name it. */
export const stock: ServiceRole = {
  trust: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  },
  applications: undefined,
};

/** What is in the account, for a test to change. */
interface Contents {
  identity: Identity;
  outputs: Readonly<Record<string, string>>;
  deployedAt: number;
  resources: readonly StackResource[];
  readonly found: Map<string, FoundRole>;
  alarms: readonly Alarm[];
  /** Policies by topic. */
  readonly topics: Map<string, Readonly<Record<string, unknown>>>;
  depth: number;
  rule: 'enabled' | 'disabled' | 'missing';
  mapping: Mapping;
  concurrency: { readonly limit: number; readonly unreserved: number };
  table: { readonly deletionProtection: boolean; readonly stream: boolean };
  recovery: boolean;
  lastSweep: number | undefined;
  /** Makes every change fail so. */
  refusal: Error | undefined;
}

export interface FakeAccount extends Account {
  readonly contents: Contents;
  /** What was changed, in order. */
  readonly changes: readonly (readonly [string, unknown])[];
}

/** An account that holds the role, and a stack that lacks nothing at this time. */
export function fakeAccount(role: ServiceRole = stock, now = 0): FakeAccount {
  const contents = healthy(role, now);
  const { found } = contents;
  const changes: (readonly [string, unknown])[] = [];
  const change = (roleArn: string, member: keyof ServiceRole, value: unknown) => {
    if (contents.refusal !== undefined) throw contents.refusal;
    const before = found.get(roleArn);
    if (before?.status !== 'found') throw new Error('it was changed before it was found');
    changes.push([member, value]);
    found.set(roleArn, { status: 'found', role: { ...before.role, [member]: value } });
  };
  return {
    contents,
    changes,
    identity: async () => contents.identity,
    stack: {
      name: 'Sluice',
      outputs: async () => contents.outputs,
      deployedAt: async () => contents.deployedAt,
      resources: async () => contents.resources,
    },
    roles: {
      find: async (roleArn) => found.get(roleArn) ?? { status: 'missing' },
      setTrust: async (roleArn, policy) => change(roleArn, 'trust', policy),
      setApplications: async (roleArn, value) => change(roleArn, 'applications', value),
    },
    alarms: { describe: async (names) => contents.alarms.filter(({ name }) => names.includes(name)) },
    topics: { policy: async (topicArn) => contents.topics.get(topicArn) },
    queues: { depth: async () => contents.depth },
    rules: { state: async () => contents.rule },
    functions: {
      concurrency: async () => contents.concurrency,
      mapping: async () => contents.mapping,
    },
    tables: {
      describe: async () => contents.table,
      pointInTimeRecovery: async () => contents.recovery,
    },
    sweeps: () => ({ last: async () => contents.lastSweep }),
  };
}

function healthy(role: ServiceRole, now: number): Contents {
  return {
    identity: {
      accountId: '123456789012',
      region: 'eu-north-1',
      host: 'sts.eu-north-1.amazonaws.com',
      date: new Date(now),
    },
    outputs: { TrustedPrincipals: TRUSTED, AlarmTopicArn: ALARM_TOPIC, LogTableName: 'Sluice-Log' },
    deployedAt: now - 24 * 60 * 60_000,
    resources: [
      { type: 'AWS::SQS::Queue', logicalId: 'ReactionsDeadLetters1F', physicalId: QUEUE },
      { type: 'AWS::Lambda::EventSourceMapping', logicalId: 'Mapping', physicalId: 'a-mapping' },
      { type: 'AWS::Events::Rule', logicalId: 'ReactionsAlarmRings2A', physicalId: 'Sluice-AlarmRings' },
      { type: 'AWS::Lambda::Function', logicalId: 'Other', physicalId: 'Other' },
    ],
    found: new Map([[ROLE, { status: 'found', role }]]),
    alarms: [{ name: 'checkout-5xx', notifies: [] }],
    topics: new Map([[ALARM_TOPIC, { Version: '2012-10-17', Statement: alarmStatements }]]),
    depth: 0,
    rule: 'enabled',
    mapping: { state: 'Enabled', lastResult: 'OK', functionName: 'Sluice-OnEvents' },
    concurrency: { limit: 1000, unreserved: 948 },
    table: { deletionProtection: true, stream: true },
    recovery: true,
    lastSweep: now - 20_000,
    refusal: undefined,
  };
}

export const alarmStatements = [
  {
    Sid: 'CloudWatchOfThisAccount',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: ALARM_TOPIC,
    Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
  },
  {
    Sid: 'NobodyElse',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'sns:Publish',
    Resource: ALARM_TOPIC,
    Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
  },
];
