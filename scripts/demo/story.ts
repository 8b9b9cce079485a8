import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { dynamoEventStore } from '../../functions/adapters/event-store.ts';
import { load } from '../../functions/runtime/history.ts';
import type { LocalJson } from '../local-cloud/local-json.ts';

/** What the log and the workflow say of a deployment afterwards. */
export interface Story {
  readonly of: (deploymentId: string) => Promise<ExistingDeployment>;
  /** Milliseconds from the alarm in the log to the alias whole again; undefined where there was none. */
  readonly restoredAfter: (deploymentId: string) => Promise<number | undefined>;
  /** State transitions, as they are billed. */
  readonly transitions: (deployment: ExistingDeployment) => Promise<number>;
}

export function storyTeller(local: LocalJson): Story {
  const client = {
    endpoint: local.cloudEndpoint,
    region: local.region,
    credentials: { ...local.credentials },
  };
  const store = dynamoEventStore(DynamoDBDocumentClient.from(new DynamoDBClient(client)), local.tables);
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
    transitions: async ({ executionArn }) => {
      if (executionArn === undefined) return 0;
      let entered = 0;
      let nextToken: string | undefined;
      do {
        const page = await stepFunctions.send(new GetExecutionHistoryCommand({ executionArn, nextToken }));
        entered += (page.events ?? []).filter(({ type }) => type?.endsWith('StateEntered')).length;
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return entered;
    },
  };
}
