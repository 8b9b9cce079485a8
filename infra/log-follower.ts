import { Duration } from 'aws-cdk-lib';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, type DynamoEventSourceProps, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import type { SluiceFunction } from './sluice-function.ts';

/** Holds the events of the log that a function which follows it could not take for good. */
export function deadLettersOf(scope: Construct, { place }: Foundation): Queue {
  return new Queue(scope, 'DeadLetters', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: place.requireTls,
    // The longest that SQS keeps a message: time to mend the function and to send them again.
    retentionPeriod: Duration.days(14),
  });
}

/** Brings a function every event of the log, from its stream. */
export function followLog(
  follower: SluiceFunction,
  { store }: Foundation,
  deadLetters: Queue,
  more: Pick<DynamoEventSourceProps, 'parallelizationFactor'> = {},
): void {
  follower.addEventSource(
    new DynamoEventSource(store.log, {
      ...more,
      // From the first event on: with LATEST those that are written while the mapping is made would be lost.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: STREAM_RETRIES,
      maxRecordAge: STREAM_RECORD_AGE,
      // Also lets the function send to the queue, which it does itself with a record that it cannot read.
      onFailure: new SqsDlq(deadLetters),
    }),
  );
}

/** A record that fails so often is poison, or its cause lasts: it must not block those behind it any longer. */
const STREAM_RETRIES = 10;

/** The bound in time behind the bound in attempts; a workflow that starts an hour late surprises more than none. */
const STREAM_RECORD_AGE = Duration.hours(1);
