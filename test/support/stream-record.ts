import type { DynamoDBRecord } from 'aws-lambda';
import type { StoredEvent } from '../../core/chain.ts';

/** The record of DynamoDB's stream for an insertion into the log. */
export function recordOf(event: StoredEvent): DynamoDBRecord {
  const image = Object.entries(event).map(([name, value]) => [
    name,
    typeof value === 'number' ? { N: String(value) } : { S: value as string },
  ]);
  return {
    eventName: 'INSERT',
    dynamodb: { NewImage: Object.fromEntries(image) as Record<string, { S: string }>, SequenceNumber: '1' },
  };
}
