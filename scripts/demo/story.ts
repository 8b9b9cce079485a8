import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { dynamoEventStore } from '../../functions/adapters/event-store.ts';
import { dynamoRowReader } from '../../functions/adapters/row-reader.ts';
import { load } from '../../functions/runtime/history.ts';
import { launchedBy } from '../../functions/runtime/task.ts';
import type { LocalJson } from '../local-cloud/local-json.ts';

/** What the log and the workflow say of a deployment afterwards. */
export interface Story {
  readonly of: (deploymentId: string) => Promise<ExistingDeployment>;
  /** Milliseconds from the alarm in the log to the alias whole again; undefined where there was none. */
  readonly restoredAfter: (deploymentId: string) => Promise<number | undefined>;
  /** The deployment that an execution was started for by hand, once it has created it. */
  readonly launchedBy: (executionArn: string) => Promise<string>;
  /** State transitions, as they are billed: of the deployment's own execution and of those that called its hooks. */
  readonly transitions: (deployment: ExistingDeployment) => Promise<number>;
}

export function storyTeller(local: LocalJson): Story {
  const client = {
    endpoint: local.cloudEndpoint,
    region: local.region,
    credentials: { ...local.credentials },
  };
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const store = dynamoEventStore(documents, local.tables);
  const rows = dynamoRowReader(documents, local.tables.rows);
  const stepFunctions = new SFNClient(client);
  return {
    of: async (deploymentId) => {
      const state = await load(store, deployment, `deployment#${deploymentId}`);
      if (state.status === 'Absent') throw new Error(`there is no deployment ${deploymentId}`);
      return state;
    },
    restoredAfter: async (deploymentId) => {
      const events = await store.load(`deployment#${deploymentId}`);
      const raised = events.find(({ type }) => type === 'AlarmRaised');
      const restored = events.find(({ type }) => type === 'TrafficRestored');
      return raised === undefined || restored === undefined ? undefined : restored.at - raised.at;
    },
    launchedBy: async (executionArn) => {
      for (let look = 1; look <= MOST_LOOKS; look += 1) {
        const deploymentId = await launchedBy(rows, executionArn);
        if (deploymentId !== undefined) return deploymentId;
        await pause(LOOK_MILLISECONDS);
      }
      throw new Error(`the execution ${executionArn} has created no deployment`);
    },
    transitions: async ({ executionArn, created }) => {
      if (executionArn === undefined) return 0;
      const children = await childrenOf(stepFunctions, local, created.deploymentId);
      const entered = await Promise.all(
        [executionArn, ...children].map((arn) => statesEntered(stepFunctions, arn)),
      );
      return entered.reduce((sum, states) => sum + states, 0);
    },
  };
}

const LOOK_MILLISECONDS = 100;
const MOST_LOOKS = 100;

async function childrenOf(
  stepFunctions: SFNClient,
  local: LocalJson,
  deploymentId: string,
): Promise<readonly string[]> {
  const { executions = [] } = await stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn: local.stateMachines['Hook'] }),
  );
  const arns = executions.map(({ executionArn }) => executionArn ?? '');
  const inputs = await Promise.all(
    arns.map((executionArn) => stepFunctions.send(new DescribeExecutionCommand({ executionArn }))),
  );
  return arns.filter((_, index) => inputs[index]?.input?.includes(deploymentId));
}

async function statesEntered(stepFunctions: SFNClient, executionArn: string): Promise<number> {
  let entered = 0;
  let nextToken: string | undefined;
  do {
    const page = await stepFunctions.send(new GetExecutionHistoryCommand({ executionArn, nextToken }));
    entered += (page.events ?? []).filter(({ type }) => type?.endsWith('StateEntered')).length;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return entered;
}
