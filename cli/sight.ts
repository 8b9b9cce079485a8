import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type AlarmState, alarmStates } from '../functions/adapters/alarms.ts';
import { clientDefaults } from '../functions/adapters/aws-clients.ts';
import { awsFailure } from '../functions/adapters/aws-failure.ts';
import type { AliasName } from '../functions/adapters/lambda-aliases.ts';
import type { Target } from './target.ts';

/**
 * What is looked at outside of Sluice's tables, with the rights of whoever runs the command: they may well not reach
 * that far. Nothing here throws.
 */
export interface Sight {
  readonly alias: (name: AliasName) => Promise<Seen<Shares>>;
  /** One state for each name. */
  readonly alarms: (names: readonly string[]) => Promise<Seen<readonly AlarmState[]>>;
}

export type Seen<Thing> =
  | { readonly status: 'seen'; readonly thing: Thing }
  | { readonly status: 'missing' | 'denied' }
  | { readonly status: 'failed'; readonly message: string };

/** Percent of the traffic by version. */
export type Shares = ReadonlyMap<string, number>;

/** What cannot be seen now is looked for again in a few seconds: the end of a command should not wait for it. */
const BRIEF = {
  maxAttempts: 2,
  requestHandler: { ...clientDefaults.requestHandler, connectionTimeout: 1_000, requestTimeout: 3_000 },
} as const;

export function awsSight({ client }: Target): Sight {
  const settings = { ...clientDefaults, ...BRIEF, ...client };
  const lambda = new LambdaClient(settings);
  const cloudwatch = new CloudWatchClient(settings);
  return {
    alias: ({ functionName, functionAlias }) =>
      seen(async () => {
        const { FunctionVersion = '', RoutingConfig } = await lambda.send(
          new GetAliasCommand({ FunctionName: functionName, Name: functionAlias }),
        );
        return sharesOf(FunctionVersion, RoutingConfig?.AdditionalVersionWeights ?? {});
      }),
    alarms: (names) => seen(() => alarmStates(cloudwatch, names)),
  };
}

/** Lambda tells weights as fractions, and nothing of the version that has the rest. */
function sharesOf(functionVersion: string, weights: Readonly<Record<string, number>>): Shares {
  const beside = Object.entries(weights).map(
    ([version, weight]) => [version, Math.round(weight * 1000) / 10] as const,
  );
  const rest = beside.reduce((left, [, share]) => left - share, 100);
  return new Map([[functionVersion, Math.round(rest * 10) / 10], ...beside]);
}

async function seen<Thing>(look: () => Promise<Thing>): Promise<Seen<Thing>> {
  try {
    return { status: 'seen', thing: await look() };
  } catch (error) {
    const failure = awsFailure(error);
    if (failure?.status === 'missing' || failure?.status === 'denied') return { status: failure.status };
    const { message, name } = error instanceof Error ? error : { message: String(error), name: '' };
    return { status: 'failed', message: message === '' ? name : message };
  }
}
