import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import { type Sweeps, dynamoSweeps } from '../../functions/adapters/sweeps.ts';
import type { Target } from '../target.ts';

/** How tables are set up, each by its name. */
export interface TableSettings {
  readonly describe: (
    table: string,
  ) => Promise<{ readonly deletionProtection: boolean; readonly stream: boolean }>;
  readonly pointInTimeRecovery: (table: string) => Promise<boolean>;
}

export function dynamoTableSettings(client: Target['client']): TableSettings {
  const dynamodb = new DynamoDBClient({ ...clientDefaults, ...client });
  return {
    describe: async (table) => {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: table }));
      return {
        deletionProtection: Table?.DeletionProtectionEnabled === true,
        stream: Table?.StreamSpecification?.StreamEnabled === true,
      };
    },
    pointInTimeRecovery: async (table) => {
      const { ContinuousBackupsDescription } = await dynamodb.send(
        new DescribeContinuousBackupsCommand({ TableName: table }),
      );
      const { PointInTimeRecoveryDescription } = ContinuousBackupsDescription ?? {};
      return PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED';
    },
  };
}

export function sweepsOf(client: Target['client']): (liveTable: string) => Pick<Sweeps, 'last'> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientDefaults, ...client }));
  return (liveTable) => dynamoSweeps(documents, liveTable);
}
