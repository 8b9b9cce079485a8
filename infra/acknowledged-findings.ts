import { type CfnElement, type Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings of cdk-nag that we leave, with the reason. All others were mended. */
export interface Acknowledged {
  /** Paths of constructs within the stack; at each of them all of the findings are made. */
  readonly at: readonly string[];
  readonly findings: readonly string[];
  readonly reason: string;
}

export function acknowledgeFindings(stack: Stack, requireTls: boolean): void {
  for (const { at, findings, reason } of acknowledgedFindings(stack, requireTls)) {
    for (const path of at) {
      const construct = path.split('/').reduce<IConstruct>((node, id) => node.node.findChild(id), stack);
      Validations.of(construct).acknowledge(
        ...findings.map((id) => ({ id: `AwsSolutions::AwsSolutions-${id}`, reason })),
      );
    }
  }
}

export function acknowledgedFindings(stack: Stack, requireTls: boolean): readonly Acknowledged[] {
  const logicalId = (path: string): string => {
    const found = path.split('/').reduce<IConstruct>((node, id) => node.node.findChild(id), stack);
    return stack.getLogicalId(found.node.defaultChild as CfnElement);
  };
  const findings = {
    executions: (path: string) =>
      `IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${logicalId(path)}.Name>:*]`,
    objects: (path: string) => `IAM5[Resource::<${logicalId(path)}.Arn>/*]`,
  };
  return [...everywhere(findings), ...(requireTls ? onAws : onLocalCloud)];
}

type Findings = Readonly<Record<'executions' | 'objects', (path: string) => string>>;

/** `executions` is the finding about all executions of the state machine at a path, `objects` about all in a bucket. */
const everywhere = ({ executions, objects }: Findings): readonly Acknowledged[] => [
  {
    at: ['ServiceRoles/Server'],
    findings: [
      'IAM5[Resource::arn:<AWS::Partition>:sns:*:<AWS::AccountId>:*]',
      'IAM5[Resource::arn:<AWS::Partition>:s3:::*/*]',
      'IAM5[Resource::arn:<AWS::Partition>:s3:::*]',
      'IAM5[Resource::*]',
    ],
    reason:
      'The ready-made service role deploys any bundle to any instance of the account, as the managed policy that it copies does; who wants less brings a role of their own.',
  },
  {
    at: ['ServiceRoles/Lambda'],
    findings: [
      'IAM5[Resource::arn:<AWS::Partition>:lambda:*:<AWS::AccountId>:function:*]',
      'IAM5[Resource::arn:<AWS::Partition>:lambda:*:<AWS::AccountId>:function:CodeDeployHook_*]',
      'IAM5[Resource::arn:<AWS::Partition>:sns:*:<AWS::AccountId>:*]',
      'IAM5[Resource::arn:<AWS::Partition>:s3:::*/CodeDeploy/*]',
      'IAM5[Resource::arn:<AWS::Partition>:s3:::*/*]',
      'IAM5[Resource::*]',
    ],
    reason:
      'The ready-made service role deploys any function of the account, as the managed policy that it copies does; who wants less brings a role of their own. DescribeAlarms takes no resource.',
  },
  {
    at: [
      'Workflows/AdmitRole',
      'Workflows/Fleet/AdmitFleetRole',
      'Workflows/AllowTrafficRole',
      'Workflows/FinishRole',
      'Workflows/InvokeHookRole',
      'FrontDoor/CodeDeployRole',
      'FrontDoor/Hosts/SignRole',
      'Notifications/NotifyRole',
    ],
    findings: ['IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*]'],
    reason:
      'Groups bring service roles of any name. Only roles that carry our tag and trust us can be assumed; of the others the tags can be read.',
  },
  {
    at: [
      'Workflows/AllowTrafficRole',
      'Workflows/Fleet/ClaimRole',
      'Workflows/Fleet/HostCommandRole',
      'Workflows/Fleet/MonitorZoneRole',
      'Workflows/InvokeHookRole',
      'FrontDoor/CodeDeployRole',
      'FrontDoor/HooksRole',
      'FrontDoor/Hosts/GatewayRole',
      'Reactions/OnAlarmRole',
      'Reactions/OnDeadlineRole',
      'Reactions/OnExecutionStatusRole',
    ],
    findings: ['IAM5[Resource::*]'],
    reason:
      'SendTaskSuccess and SendTaskFailure take no resource: the token, which cannot be guessed, is the right.',
  },
  {
    at: ['Reactions/OnEventsRole'],
    findings: [executions('Workflows/Lambda'), executions('Workflows/Fleet/InPlace')],
    reason: 'All executions, and only those, of our own state machines.',
  },
  {
    at: ['Reactions/OnEventsRole', 'Notifications/NotifyRole'],
    findings: ['IAM5[Resource::*]'],
    reason:
      'dynamodb:ListStreams, which Lambda needs to follow the stream of the log, takes no resource, and neither does ' +
      'SendTaskSuccess: the token is the right.',
  },
  {
    at: ['Workflows/Fleet/Fleet'],
    findings: [executions('Workflows/Fleet/InPlace')],
    reason:
      'All executions, and only those, of our own state machine: the map describes and stops its slots.',
  },
  {
    at: ['Workflows/Fleet/InPlace'],
    findings: [executions('Workflows/Fleet/Instance')],
    reason:
      'All executions, and only those, of our own state machine: a slot waits for its instance and stops it.',
  },
  {
    at: ['Workflows/Lambda', 'Workflows/Hook', 'Workflows/Fleet/InPlace', 'Workflows/Fleet/Instance'],
    findings: ['IAM5[Resource::*]'],
    reason: 'The delivery of logs and of traces takes no resource.',
  },
  {
    at: ['Reactions/DeadLetters', 'Notifications/DeadLetters'],
    findings: ['SQS3'],
    reason: 'It is itself the dead-letter queue, of the stream of the log.',
  },
  {
    at: ['FrontDoor/Api/POST--hooks', 'FrontDoor/Api/POST--hooks--{proxy+}'],
    findings: ['APIG4'],
    reason:
      'A validation function proves with the unguessable id that it was called with that it may answer; the route takes nothing else.',
  },
  {
    at: ['FrontDoor/Api/GET--', 'FrontDoor/Api/GET--hosts--{proxy+}', 'FrontDoor/Api/POST--hosts--{proxy+}'],
    findings: ['APIG4'],
    reason:
      'An agent on a host proves with the unguessable secret in the path who it is; a GET is answered alike to everybody.',
  },
  {
    at: ['FrontDoor/Hosts/GatewayRole', 'FrontDoor/ReadV1Role'],
    findings: [objects('FrontDoor/Hosts/Outputs')],
    reason: 'An object of the bucket of outputs for each lifecycle event of each host.',
  },
  {
    at: ['FrontDoor/Hosts/EnrolRole'],
    findings: ['IAM5[Resource::*]'],
    reason: 'DescribeInstances takes no resource.',
  },
  {
    at: ['FrontDoor/Hosts/Outputs'],
    findings: ['S1'],
    reason:
      'Output of scripts that is gone after 90 days: who read it is told by CloudTrail, where an account wants to know.',
  },
  {
    at: ['Store/Live'],
    findings: ['DDB3'],
    reason: 'Tokens, leases and presence are worthless once they are old, and nothing is answered from them.',
  },
];

const onAws: readonly Acknowledged[] = [
  {
    at: ['FrontDoor/Hosts/EnrolRole'],
    findings: ['IAM5[Resource::arn:<AWS::Partition>:iam::<AWS::AccountId>:instance-profile/*]'],
    reason: 'Instances have profiles of any name: which role they hold is read, and nothing else.',
  },
];

const onLocalCloud: readonly Acknowledged[] = [
  {
    at: ['FrontDoor/Hosts/Outputs'],
    findings: ['S10'],
    reason: 'The emulator is reached by plain HTTP.',
  },
  {
    at: ['Reactions/DeadLetters', 'Notifications/DeadLetters'],
    findings: ['SQS4'],
    reason: 'The emulator is reached by plain HTTP.',
  },
  {
    at: ['Reactions/Alarms', 'Notifications/Topic'],
    findings: ['SNS3'],
    reason: 'The emulator is reached by plain HTTP.',
  },
];
