import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  paginateListExecutions,
  paginateListMapRuns,
} from '@aws-sdk/client-sfn';
import type { EpochMilliseconds } from '../core/decider.ts';
import type { ComputePlatform } from '../core/registry/compute-platform.ts';
import type { HistoryEvent } from '../core/cost/state-transitions.ts';
import { executionArnOf } from '../core/deployments/execution-arn.ts';
import { clientDefaults } from '../functions/adapters/aws-clients.ts';
import type { Target } from './target.ts';

/** What the commands ask of Step Functions. */
export interface Executions {
  /** The ARN that a deployment's own execution has, or would have, by the name that is given. */
  readonly named: (platform: ComputePlatform, name: string) => string;
  /** In order; undefined where there is no such execution, or none any longer. */
  readonly history: (executionArn: string) => Promise<readonly HistoryEvent[] | undefined>;
  /** The executions that call validation functions for this one, of those that were started in the time given. */
  readonly children: (executionArn: string, within: Span) => Promise<readonly string[]>;
  /** The executions of the slots of a fleet's deployment. */
  readonly slots: (executionArn: string) => Promise<readonly string[]>;
}

export interface Span {
  readonly from: EpochMilliseconds;
  readonly to: EpochMilliseconds;
}

export function stepFunctionsExecutions({
  client,
  stateMachines,
}: Pick<Target, 'client' | 'stateMachines'>): Executions {
  const stepFunctions = new SFNClient({ ...clientDefaults, ...client });
  return {
    named: (platform, name) =>
      executionArnOf(platform === 'Server' ? (stateMachines.inPlace ?? '') : stateMachines.lambda, name),
    history: async (executionArn) => {
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      try {
        do {
          const page = await stepFunctions.send(
            new GetExecutionHistoryCommand({
              executionArn,
              nextToken,
              maxResults: PAGE,
              includeExecutionData: false,
            }),
          );
          for (const { type = '', taskScheduledEventDetails: { resourceType } = {} } of page.events ?? []) {
            events.push({ type, ...(resourceType !== undefined && { resourceType }) });
          }
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
      } catch (error) {
        if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return undefined;
        throw error;
      }
      return events;
    },
    children: async (executionArn, { from, to }) => {
      const found: string[] = [];
      const query = { stateMachineArn: stateMachines.hook, maxResults: PAGE };
      // The newest first, so that those before its time end the search.
      for await (const { executions = [] } of paginateListExecutions({ client: stepFunctions }, query)) {
        for (const { executionArn: child = '', startDate } of executions) {
          const startedAt = startDate?.getTime() ?? 0;
          if (startedAt < from) return found;
          if (startedAt > to) continue;
          const { input } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn: child }));
          if (input?.includes(`"${executionArn}"`)) found.push(child);
        }
      }
      return found;
    },
    slots: async (executionArn) => {
      const found: string[] = [];
      const client = { client: stepFunctions };
      // Each wave of slots is a run of the map.
      for await (const { mapRuns = [] } of paginateListMapRuns(client, { executionArn })) {
        for (const { mapRunArn } of mapRuns) {
          const query = { mapRunArn, maxResults: PAGE };
          for await (const { executions = [] } of paginateListExecutions(client, query)) {
            found.push(...executions.map(({ executionArn: slot = '' }) => slot));
          }
        }
      }
      return found;
    },
  };
}

/** The most that Step Functions gives at once. */
const PAGE = 1000;
