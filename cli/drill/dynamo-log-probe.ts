import { DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  ExecuteStatementCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';
import type { Attempt, LogProbe } from './drill-ground.ts';

/** Of no aggregate: there is never an event of it. */
const Key = { stream: 'sluice-drill', version: 1 };

export function dynamoLogProbe(client: Target['client'], TableName: string): LogProbe {
  const dynamodb = new DynamoDBClient({ ...clientDefaults, ...client });
  const documents = DynamoDBDocumentClient.from(dynamodb);
  // Were one let through, it would find nothing to change: either nothing is there to delete, or this forbids it.
  const onlyWhatIsThere = {
    ConditionExpression: 'attribute_exists(#stream)',
    ExpressionAttributeNames: { '#stream': 'stream' },
  };
  const update = {
    ...onlyWhatIsThere,
    UpdateExpression: 'SET actor = :a',
    ExpressionAttributeValues: { ':a': '' },
  };
  const Statement = `DELETE FROM "${TableName}" WHERE "stream" = '${Key.stream}' AND "version" = ${Key.version}`;
  const tries: Readonly<Record<string, () => Promise<unknown>>> = {
    PutItem: () => documents.send(new PutCommand({ TableName, Item: Key, ...onlyWhatIsThere })),
    'PutItem in a transaction': () =>
      documents.send(
        new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: Key, ...onlyWhatIsThere } }] }),
      ),
    UpdateItem: () => documents.send(new UpdateCommand({ TableName, Key, ...update })),
    DeleteItem: () => documents.send(new DeleteCommand({ TableName, Key, ...onlyWhatIsThere })),
    BatchWriteItem: () =>
      documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } })),
    PartiQLDelete: () => documents.send(new ExecuteStatementCommand({ Statement })),
    // It is off, and cannot be switched off again.
    UpdateTimeToLive: () =>
      dynamodb.send(
        new UpdateTimeToLiveCommand({
          TableName,
          TimeToLiveSpecification: { Enabled: false, AttributeName: 'expiresAt' },
        }),
      ),
  };
  return {
    attempts: async () => {
      const attempts: Attempt[] = [];
      for (const [action, attempt] of Object.entries(tries)) {
        attempts.push({ action, ...(await outcomeOf(attempt)) });
      }
      return attempts;
    },
  };
}

async function outcomeOf(attempt: () => Promise<unknown>): Promise<Omit<Attempt, 'action'>> {
  try {
    await attempt();
    return { outcome: 'carried out', message: '' };
  } catch (error) {
    return outcomeOfRefusal(error);
  }
}

/** AWS says which kind of policy it was. Throws what is no refusal. */
export function outcomeOfRefusal(error: unknown): Omit<Attempt, 'action'> {
  if (!(error instanceof Error)) throw error;
  const { name, message } = error;
  // It was permitted, and there was only nothing to do.
  const isIdle = CONDITION.has(name) || /TimeToLive is already disabled/.test(message);
  if (isIdle) return { outcome: 'carried out', message };
  if (name !== 'AccessDeniedException') throw error;
  return { outcome: /in a resource-based policy/.test(message) ? 'refused' : 'not permitted', message };
}

const CONDITION: ReadonlySet<string> = new Set([
  'ConditionalCheckFailedException',
  'TransactionCanceledException',
]);
