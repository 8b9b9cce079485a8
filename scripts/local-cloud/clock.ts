import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../message.ts';
import { clientSettings, type CloudAddress } from './cloud-address.ts';

export interface ClockOptions {
  readonly cloud: CloudAddress;
  readonly rowsTable: string;
  /** The sweep, which ends what is due. */
  readonly onDeadlineFunction: string;
  readonly say: (line: string) => void;
}

export interface Clock {
  readonly stop: () => Promise<void>;
}

/** A deadline is met within this time; a query of one row is cheap. */
const LOOK_MILLISECONDS = 200;
/** What a sweep could not end is left for a while, and so is a cloud that does not answer. */
const LOOK_AGAIN_MILLISECONDS = 1_000;

/**
 * Stands in for the timeouts of tasks on the local cloud, where the emulator ignores TimeoutSecondsPath: when the
 * nearest deadline has come it invokes the sweep, one invocation at a time, as the rule does once a minute on AWS.
 */
export function startClock(options: ClockOptions): Clock {
  const rows = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(options.cloud)));
  const lambda = new LambdaClient(clientSettings(options.cloud));
  const stopping = new AbortController();
  const running = run({ ...options, rows, lambda }, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await running;
      rows.destroy();
      lambda.destroy();
    },
  };
}

interface Clients extends ClockOptions {
  readonly rows: DynamoDBDocumentClient;
  readonly lambda: LambdaClient;
}

async function run(clients: Clients, stopping: AbortSignal): Promise<void> {
  /** What the last sweep was for: where it is still there at the next look, a pause comes before another. */
  let swept: string | undefined;
  while (!stopping.aborted) {
    let pause = LOOK_MILLISECONDS;
    try {
      const due = await nearestDeadline(clients, stopping);
      if (due !== undefined && due === swept) {
        pause = LOOK_AGAIN_MILLISECONDS;
        swept = undefined;
      } else if (due !== undefined && timeOf(due) <= Date.now()) {
        await sweep(clients, stopping);
        pause = 0;
        swept = due;
      }
    } catch (error) {
      if (!stopping.aborted) {
        clients.say(`The local clock: ${messageOf(error)}`);
        pause = LOOK_AGAIN_MILLISECONDS;
      }
    }
    await wait(pause, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** The partitions that the sweep looks through: deployments, and the hosts that they are at work on. */
const PARTITIONS = ['due', 'due-hosts'];

/** The sort key of the first row of all that is due, `<13 digits of epoch milliseconds>#<id>`. */
async function nearestDeadline(clients: Clients, stopping: AbortSignal): Promise<string | undefined> {
  const first = await Promise.all(PARTITIONS.map((pk) => firstOf(clients, pk, stopping)));
  return first
    .filter((key) => key !== undefined)
    .sort()
    .at(0);
}

async function firstOf(clients: Clients, pk: string, stopping: AbortSignal): Promise<string | undefined> {
  const { Items } = await clients.rows.send(
    new QueryCommand({
      TableName: clients.rowsTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
      Limit: 1,
    }),
    { abortSignal: stopping },
  );
  const key: unknown = Items?.[0]?.['sk'];
  return typeof key === 'string' ? key : undefined;
}

function timeOf(sortKey: string): number {
  return Number(sortKey.slice(0, sortKey.indexOf('#')));
}

async function sweep(clients: Clients, stopping: AbortSignal): Promise<void> {
  const { FunctionError, Payload } = await clients.lambda.send(
    new InvokeCommand({ FunctionName: clients.onDeadlineFunction, Payload: '{}' }),
    { abortSignal: stopping },
  );
  if (FunctionError !== undefined) {
    throw new Error(`the sweep failed: ${Payload?.transformToString() ?? FunctionError}`);
  }
}
