import {
  CreateAliasCommand,
  DeleteAliasCommand,
  GetAliasCommand,
  LambdaClient,
  UpdateAliasCommand,
  paginateListAliases,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { aliasOf } from '../../functions/adapters/lambda-aliases.ts';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';
import { unlessMissing } from '../unless-missing.ts';
import { readDrillName } from './drill-name.ts';
import type { DrillFunctions } from './drill-ground.ts';

export function lambdaFunctions(client: Target['client']): DrillFunctions {
  const lambda = new LambdaClient({ ...clientDefaults, ...client });
  return {
    alias: ({ functionName, functionAlias }) =>
      unlessMissing(async () => {
        const input = { FunctionName: functionName, Name: functionAlias };
        return aliasOf(await lambda.send(new GetAliasCommand(input)));
      }),
    versions: async (functionName) => {
      const versions: string[] = [];
      const pages = paginateListVersionsByFunction({ client: lambda }, { FunctionName: functionName });
      for await (const { Versions = [] } of pages) {
        versions.push(...Versions.flatMap(({ Version }) => Version ?? []));
      }
      // What is not published is named $LATEST.
      return versions
        .filter((version) => /^\d+$/.test(version))
        .sort((one, two) => Number(one) - Number(two));
    },
    aliasesNamed: async (functionName, prefix) => {
      const names: string[] = [];
      for await (const { Aliases = [] } of paginateListAliases(
        { client: lambda },
        { FunctionName: functionName },
      )) {
        names.push(...Aliases.flatMap(({ Name }) => Name ?? []));
      }
      return names.filter((name) => name.startsWith(prefix));
    },
    createAlias: async ({ functionName, functionAlias }, version) => {
      await lambda.send(
        new CreateAliasCommand({
          FunctionName: functionName,
          Name: functionAlias,
          FunctionVersion: version,
          Description: 'A drill of Sluice is at work; nobody calls this alias',
        }),
      );
    },
    renewsRevisionId: async ({ functionName, functionAlias }) => {
      if (readDrillName(functionAlias) === undefined) throw new Error(`${functionAlias} is of no drill`);
      const name = { FunctionName: functionName, Name: functionAlias };
      const { RevisionId, FunctionVersion } = await lambda.send(new GetAliasCommand(name));
      // Just as a restore writes it.
      const RoutingConfig = { AdditionalVersionWeights: {} };
      const asItIs = { ...name, FunctionVersion, RoutingConfig, RevisionId };
      const after = await lambda.send(new UpdateAliasCommand(asItIs));
      return after.RevisionId !== RevisionId;
    },
    deleteAlias: async ({ functionName, functionAlias }) => {
      const input = { FunctionName: functionName, Name: functionAlias };
      await unlessMissing(() => lambda.send(new DeleteAliasCommand(input)));
    },
  };
}
