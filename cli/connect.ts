import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientDefaults } from '../functions/adapters/aws-clients.ts';
import { codeDeployApi } from './codedeploy-api.ts';
import type { Connection, Values } from './command.ts';
import { dynamoTables } from './dynamo-tables.ts';
import { stepFunctionsExecutions } from './executions.ts';
import type { Tables } from './tables.ts';
import { type Target, findStack, localTarget, selection } from './target.ts';

/**
 * Found from this file and not from where the command is called, which may be any folder. The demonstration and the
 * tests name a file of their own, so that they leave a local cloud alone that is up beside them.
 */
const LOCAL_FILE = process.env['SLUICE_LOCAL_JSON'] ?? new URL('../.sluice/local.json', import.meta.url);

/** Finds the installation and opens its tables. Throws UsageError and CannotDo. */
export async function connect(values: Values): Promise<Connection> {
  const local = await localFileText();
  const selected = selection(values, {
    isLocalUp: local !== undefined,
    stackVariable: process.env['SLUICE_STACK'],
  });
  return connectionTo(selected.type === 'local' ? localTarget(local) : await findStack(selected));
}

export function connectionTo(target: Target): Connection {
  return {
    place: target.place,
    target,
    tables: tablesOf(target),
    api: codeDeployApi(target),
    executions: stepFunctionsExecutions(target),
    hosts: async () => (await import('./host/hosts-api.ts')).hostsApi(target),
    outputs: async () => (await import('./outputs.ts')).keptOutputs(target),
    publisher: async () => {
      const { lambdaPublisher } = await import('./publisher.ts');
      return lambdaPublisher(target);
    },
    gitHubTokens: async () => (await import('./github-tokens.ts')).connectedGitHub(target),
    drillGround: async () => {
      const { awsDrillGround } = await import('./drill/aws-drill-ground.ts');
      return awsDrillGround(target);
    },
    sight: async () => {
      const { awsSight } = await import('./sight.ts');
      return awsSight(target);
    },
    account: async () => (await import('./account/account.ts')).accountOf(target),
  };
}

async function localFileText(): Promise<string | undefined> {
  try {
    return await readFile(LOCAL_FILE, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function tablesOf({ client, tables }: Target): Tables {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientDefaults, ...client }));
  return dynamoTables(documents, tables);
}
