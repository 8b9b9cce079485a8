import { Duration } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { deadLettersOf, followLog } from './log-follower.ts';
import { NotificationTopic } from './notification-topic.ts';
import { reservedConcurrency } from './reserved-concurrency.ts';
import { grantAssumeServiceRoles, grantReadServiceRoles } from './service-roles.ts';
import { SluiceFunction } from './sluice-function.ts';

/**
 * Tells people and programs what the log says: by a topic, by an event bus and by the triggers of groups. It follows the
 * stream of the log by itself, which takes two that do, so that a slow topic keeps no workflow from its start.
 */
export class Notifications extends Construct {
  readonly topic: NotificationTopic;
  readonly bus: EventBus;
  readonly notify: SluiceFunction;
  /** Holds the events that could not be published. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { place, store } = foundation;
    this.deadLetters = deadLettersOf(this, foundation);
    this.topic = new NotificationTopic(this, 'Topic', place);
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: place.stackName,
      description: `Deployments of ${place.stackName}, as CodeDeploy tells of its own`,
    });
    this.notify = this.toEvents(foundation);
    store.grantRecord(this.notify);
    store.grantLookUp(this.notify);
    grantAssumeServiceRoles(this.notify, place);
    grantReadServiceRoles(this.notify);
    this.notify.addToRolePolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    this.notify.addToRolePolicy(
      new PolicyStatement({ actions: ['events:PutEvents'], resources: [this.bus.eventBusArn] }),
    );
    this.topic.admitOnly(this.notify.ownRole);
  }

  private toEvents(foundation: Foundation): SluiceFunction {
    const { store, place } = foundation;
    const notify = new SluiceFunction(this, 'Notify', {
      foundation,
      entry: 'reactions/notify',
      description: 'Publishes the events of deployments to topics and to the event bus',
      rights: 'writer',
      // A batch is told one event after the other, and a topic that hangs takes most of a minute to be given up.
      timeout: Duration.minutes(5),
      reserved: reservedConcurrency.notify,
      environment: {
        ...store.tables,
        NOTIFICATION_TOPIC_ARN: this.topic.topicArn,
        EVENT_BUS_NAME: this.bus.eventBusName,
        EVENT_SOURCE: place.eventSource,
        DEAD_LETTER_QUEUE_URL: this.deadLetters.queueUrl,
      },
    });
    // With more than one batch of a shard at a time Lambda would keep the order of each item, not that of a stream.
    followLog(notify, foundation, this.deadLetters, { parallelizationFactor: 1 });
    return notify;
  }
}
