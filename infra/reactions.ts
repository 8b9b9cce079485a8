import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import type { Foundation } from './foundation.ts';
import { deadLettersOf, followLog } from './log-follower.ts';
import { reservedConcurrency } from './reserved-concurrency.ts';
import { SluiceFunction } from './sluice-function.ts';
import { grantAnswerTokens } from './answer-tokens.ts';
import type { Workflows } from './workflows.ts';

/** What follows an event of the log, an alarm, a deadline that passed, or the end of an execution or an instance. */
export class Reactions extends Construct {
  readonly functions: readonly SluiceFunction[];
  readonly onDeadline: SluiceFunction;
  readonly alarmTopic: AlarmTopic;
  /** Holds the events of the log to which the reaction failed for good. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, foundation: Foundation, workflows: Workflows) {
    super(scope, id);
    this.deadLetters = deadLettersOf(this, foundation);
    this.alarmTopic = new AlarmTopic(this, 'Alarms', foundation.place);
    this.onDeadline = this.toDeadlines(foundation, workflows);
    this.functions = [
      this.toEvents(foundation, workflows),
      this.toAlarms(foundation),
      this.onDeadline,
      this.toExecutionStatus(foundation, workflows),
      this.toTerminatedInstances(foundation),
    ];
  }

  private toEvents(foundation: Foundation, workflows: Workflows): SluiceFunction {
    const { store } = foundation;
    const onEvents = new SluiceFunction(this, 'OnEvents', {
      foundation,
      entry: 'reactions/on-events',
      description:
        'Starts and replaces workflows, and takes back what hosts have not begun, as the log demands',
      rights: 'writer',
      timeout: Duration.seconds(60),
      reserved: reservedConcurrency.onEvents,
      environment: {
        ...store.tables,
        LIVE_TABLE: store.live.tableName,
        ...workflows.environment,
        DEAD_LETTER_QUEUE_URL: this.deadLetters.queueUrl,
      },
    });
    grantSettleTargets(onEvents, foundation);
    workflows.grantStart(onEvents);
    followLog(onEvents, foundation, this.deadLetters);
    return onEvents;
  }

  private toAlarms(foundation: Foundation): SluiceFunction {
    const { store } = foundation;
    const onAlarm = new SluiceFunction(this, 'OnAlarm', {
      foundation,
      entry: 'reactions/on-alarm',
      description: 'Stops the deployments that watch an alarm which rings',
      rights: 'writer',
      timeout: Duration.seconds(60),
      reserved: reservedConcurrency.onAlarm,
      environment: { ...store.tables, LIVE_TABLE: store.live.tableName },
    });
    store.grantAppend(onAlarm);
    store.grantList(onAlarm);
    store.grantWake(onAlarm);
    grantAnswerTokens(onAlarm, 'Failure');
    this.alarmTopic.addSubscription(new LambdaSubscription(onAlarm));
    new Rule(this, 'AlarmRings', {
      description: 'Every alarm of the account that begins to ring, whether it notifies our topic or not',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { state: { value: ['ALARM'] } },
      },
      targets: [new LambdaFunction(onAlarm)],
    });
    return onAlarm;
  }

  private toDeadlines(foundation: Foundation, workflows: Workflows): SluiceFunction {
    const { store } = foundation;
    const onDeadline = new SluiceFunction(this, 'OnDeadline', {
      foundation,
      entry: 'reactions/on-deadline',
      description: 'Sweeps up the deployments and the hosts whose deadline has passed',
      rights: 'writer',
      timeout: Duration.seconds(60),
      reserved: reservedConcurrency.onDeadline,
      environment: {
        ...store.tables,
        LIVE_TABLE: store.live.tableName,
        ...workflows.environment,
      },
    });
    grantSettleTargets(onDeadline, foundation);
    store.grantReadSigns(onDeadline);
    store.grantRecordSweep(onDeadline);
    new Rule(this, 'Minute', {
      description: 'The period of the sweep for deadlines that have passed',
      schedule: Schedule.rate(Duration.minutes(1)),
      // The next sweep does what this one did not.
      targets: [new LambdaFunction(onDeadline, { retryAttempts: 0 })],
    });
    return onDeadline;
  }

  private toExecutionStatus(foundation: Foundation, workflows: Workflows): SluiceFunction {
    const { store } = foundation;
    const onExecutionStatus = new SluiceFunction(this, 'OnExecutionStatus', {
      foundation,
      entry: 'reactions/on-execution-status',
      description: 'Repairs the deployment of an execution that did not reach its end, or ends its target',
      rights: 'writer',
      timeout: Duration.seconds(60),
      reserved: reservedConcurrency.onExecutionStatus,
      environment: { ...store.tables, LIVE_TABLE: store.live.tableName, ...workflows.environment },
    });
    grantSettleTargets(onExecutionStatus, foundation);
    store.grantLookUp(onExecutionStatus);
    new Rule(this, 'ExecutionBreaks', {
      description: 'Executions of our workflows that failed, timed out or were stopped',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['ABORTED', 'FAILED', 'TIMED_OUT'],
          stateMachineArn: [
            workflows.lambda.stateMachineArn,
            workflows.hook.stateMachineArn,
            workflows.server.stateMachineArn,
            workflows.instance.stateMachineArn,
          ],
        },
      },
      targets: [new LambdaFunction(onExecutionStatus)],
    });
    return onExecutionStatus;
  }

  private toTerminatedInstances(foundation: Foundation): SluiceFunction {
    const { store } = foundation;
    const onInstanceTerminated = new SluiceFunction(this, 'OnInstanceTerminated', {
      foundation,
      entry: 'reactions/on-instance-terminated',
      description: 'Takes back the secrets of an instance of EC2 that is gone',
      rights: 'reader',
      timeout: Duration.seconds(60),
      reserved: reservedConcurrency.onInstanceTerminated,
      environment: { LIVE_TABLE: store.live.tableName },
    });
    store.grantRevokeSecrets(onInstanceTerminated);
    new Rule(this, 'InstanceIsTerminated', {
      description: 'Instances of EC2 that are gone for good, whether they enrolled themselves or not',
      eventPattern: {
        source: ['aws.ec2'],
        detailType: ['EC2 Instance State-change Notification'],
        detail: { state: ['terminated'] },
      },
      targets: [new LambdaFunction(onInstanceTerminated)],
    });
    return onInstanceTerminated;
  }
}

/** To decide on targets of a fleet, to wake what waits for them, and to see whose turn is next on a host. */
function grantSettleTargets(reaction: SluiceFunction, { store }: Foundation): void {
  store.grantAppend(reaction);
  store.grantList(reaction);
  store.grantWake(reaction);
  grantAnswerTokens(reaction, 'Success', 'Failure');
}
