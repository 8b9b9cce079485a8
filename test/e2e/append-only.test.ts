import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { zippedFunction } from '../../scripts/local-cloud/zipped-function.ts';
import { lambda, local } from './cloud.ts';
import { withSdk } from './validation-functions.ts';

/**
 * The emulator enforces the policies of roles, not of tables: so this runs code under the very role of each writer,
 * and the table's own policy is asserted on the template.
 */
const REWRITES = `
import { DynamoDBClient, UpdateItemCommand, DeleteItemCommand, BatchWriteItemCommand, ExecuteStatementCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
const TableName = process.env.LOG_TABLE;
const Key = { stream: { S: 'deployment#d-000000000' }, version: { N: '1' } };
const attempts = {
  UpdateItem: new UpdateItemCommand({ TableName, Key, UpdateExpression: 'SET actor = :a', ExpressionAttributeValues: { ':a': { S: 'x' } } }),
  DeleteItem: new DeleteItemCommand({ TableName, Key }),
  BatchWriteItem: new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: Key } }] } }),
  PartiQL: new ExecuteStatementCommand({ Statement: \`DELETE FROM "\${TableName}" WHERE "stream" = 'a' AND "version" = 1\` }),
};
export const handler = async () => {
  const outcomes = {};
  for (const [name, command] of Object.entries(attempts)) {
    outcomes[name] = await client.send(command).then(() => 'allowed', (error) => error.name);
  }
  console.log('tried');
  return outcomes;
};
`;

describe('the roles that write the log', () => {
  it.each(['CodeDeploy', 'Admit', 'AllowTraffic', 'Finish', 'OnAlarm', 'OnDeadline', 'OnExecutionStatus'])(
    'let %s append, and neither change nor delete what is there',
    async (id) => {
      const { Functions } = await lambda.send(new ListFunctionsCommand({}));
      const writer = Functions?.find(
        ({ FunctionName }) => FunctionName?.includes(`${local.stackName}-`) && FunctionName.includes(id),
      );
      expect(writer, `the function ${id}`).toBeDefined();
      const { Role } = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: writer?.FunctionName }),
      );
      expect(await attempts(Role ?? '')).toEqual({
        UpdateItem: 'AccessDeniedException',
        DeleteItem: 'AccessDeniedException',
        BatchWriteItem: 'AccessDeniedException',
        PartiQL: 'AccessDeniedException',
      });
    },
  );
});

async function attempts(Role: string): Promise<unknown> {
  const FunctionName = `rewrites-${randomUUID().slice(0, 8)}`;
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 30,
      Code: { ZipFile: zippedFunction(withSdk(REWRITES)) },
      Environment: { Variables: { LOG_TABLE: local.tables.log } },
    }),
  );
  try {
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
    return JSON.parse(Payload?.transformToString() ?? '{}') as unknown;
  } finally {
    await lambda.send(new DeleteFunctionCommand({ FunctionName }));
  }
}
