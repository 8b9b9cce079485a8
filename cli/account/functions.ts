import {
  GetAccountSettingsCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';
import { unlessMissing } from '../unless-missing.ts';

export interface Functions {
  /** How many calls all functions of the account and region may take at once, and those without a number of their own. */
  readonly concurrency: () => Promise<{ readonly limit: number; readonly unreserved: number }>;
  /** What reads a stream for a function. */
  readonly mapping: (id: string) => Promise<Mapping>;
}

export interface Mapping {
  /** `Enabled`, `Disabled`, `Updating` and others as Lambda names them; `missing` where there is none. */
  readonly state: string;
  /** What became of the last batch; `OK`, `No records processed` or what went wrong. */
  readonly lastResult: string;
  readonly functionName: string;
}

export function lambdaFunctions(client: Target['client']): Functions {
  const lambda = new LambdaClient({ ...clientDefaults, ...client });
  return {
    concurrency: async () => {
      const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
      const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit ?? {};
      return { limit: ConcurrentExecutions, unreserved: UnreservedConcurrentExecutions };
    },
    mapping: async (id) => {
      const mapping = await unlessMissing(() => lambda.send(new GetEventSourceMappingCommand({ UUID: id })));
      if (mapping === undefined) return { state: 'missing', lastResult: '', functionName: '' };
      const { State = '', LastProcessingResult = '', FunctionArn = '' } = mapping;
      return {
        state: State,
        lastResult: LastProcessingResult,
        functionName: FunctionArn.slice(FunctionArn.lastIndexOf(':') + 1),
      };
    },
  };
}
