import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
  LambdaClient,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import type { AliasConfiguration } from '@aws-sdk/client-lambda';
import type { Alias, Routing } from '../../core/deployments/alias.ts';
import { clientDefaults, taskTime } from './aws-clients.ts';
import type { AwsFailure } from './aws-failure.ts';
import { awsFailureOf } from './aws-failure.ts';
import type { Credentials } from './service-roles.ts';

/** The aliases of the group's functions, touched with the rights of its service role. */
export interface LambdaAliases {
  readonly get: (
    name: AliasName,
  ) => Promise<{ readonly status: 'found'; readonly alias: Alias } | AwsFailure>;
  /** `changed`: the revision id is no longer the alias's. `warming`: Lambda refuses until new capacity is ready. */
  readonly update: (name: AliasName, routing: Routing, revisionId: string) => Promise<AliasUpdate>;
  readonly provisionedConcurrency: (name: AliasName) => Promise<ProvisionedConcurrency>;
  /** Whether a version exists and is usable; the stock role may not ask, so `denied` says nothing. */
  readonly version: (functionName: string, version: string) => Promise<VersionState>;
}

export interface AliasName {
  readonly functionName: string;
  readonly functionAlias: string;
}

export type AliasUpdate =
  | { readonly status: 'updated' }
  | { readonly status: 'changed'; readonly message: string }
  | { readonly status: 'warming'; readonly message: string }
  | AwsFailure;

export type ProvisionedConcurrency =
  | { readonly status: 'none' | 'ready' }
  | { readonly status: 'warming'; readonly message: string }
  | { readonly status: 'failed'; readonly message: string }
  | AwsFailure;

export type VersionState =
  | { readonly status: 'usable' }
  | { readonly status: 'unusable'; readonly message: string }
  | AwsFailure;

export function lambdaAliases(credentials: Credentials): LambdaAliases {
  const client = new LambdaClient({ ...clientDefaults, credentials });
  const time = taskTime(credentials);
  return {
    get: async ({ functionName, functionAlias }) => {
      try {
        const answer = await client.send(
          new GetAliasCommand({ FunctionName: functionName, Name: functionAlias }),
          time,
        );
        return { status: 'found', alias: aliasOf(answer) };
      } catch (error) {
        return awsFailureOf(error);
      }
    },
    update: async ({ functionName, functionAlias }, routing, revisionId) => {
      try {
        await client.send(
          new UpdateAliasCommand({
            FunctionName: functionName,
            Name: functionAlias,
            FunctionVersion: routing.functionVersion,
            RoutingConfig: { AdditionalVersionWeights: { ...routing.additionalVersionWeights } },
            RevisionId: revisionId,
          }),
          time,
        );
        return { status: 'updated' };
      } catch (error) {
        return updateFailure(error);
      }
    },
    provisionedConcurrency: async ({ functionName, functionAlias }) => {
      try {
        const { Status, StatusReason } = await client.send(
          new GetProvisionedConcurrencyConfigCommand({
            FunctionName: functionName,
            Qualifier: functionAlias,
          }),
          time,
        );
        if (Status === 'IN_PROGRESS')
          return { status: 'warming', message: 'provisioned concurrency warms up' };
        if (Status === 'FAILED') return { status: 'failed', message: StatusReason ?? 'no reason was given' };
        return { status: 'ready' };
      } catch (error) {
        if (error instanceof Error && error.name === 'ProvisionedConcurrencyConfigNotFoundException') {
          return { status: 'none' };
        }
        return awsFailureOf(error);
      }
    },
    version: async (functionName, version) => {
      try {
        const { State, StateReason, LastUpdateStatus } = await client.send(
          new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: version }),
          time,
        );
        if (State === 'Failed' || LastUpdateStatus === 'Failed') {
          return { status: 'unusable', message: StateReason ?? 'Lambda reports it as failed' };
        }
        return { status: 'usable' };
      } catch (error) {
        return awsFailureOf(error);
      }
    },
  };
}

export function aliasOf({ FunctionVersion, RoutingConfig, RevisionId }: AliasConfiguration): Alias {
  return {
    functionVersion: FunctionVersion ?? '',
    additionalVersionWeights: { ...RoutingConfig?.AdditionalVersionWeights },
    revisionId: RevisionId ?? '',
  };
}

function updateFailure(error: unknown): AliasUpdate {
  if (!(error instanceof Error)) throw error;
  const { name, message } = error;
  if (name === 'PreconditionFailedException') return { status: 'changed', message };
  if (name === 'ResourceConflictException' || /provisioned concurrency/i.test(message)) {
    return { status: 'warming', message };
  }
  // A version that does not exist is told as a parameter that is wrong.
  if (name === 'InvalidParameterValueException') return { status: 'missing', message };
  return awsFailureOf(error);
}
