import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { EpochMilliseconds } from '../../core/decider.ts';
import type { PollsSeen } from '../../core/hosts/polling.ts';
import { dynamoHostPresences } from './host-presences.ts';
import { signKeys } from './sign-keys.ts';

/** The signs of life that the gateway keeps for the moment: nothing is rebuilt from them. */
export interface HostSigns {
  readonly presence: (hostIdentifier: string) => Promise<PollsSeen | undefined>;
  /** When the agent last said that it is at work on this command; undefined where it says no such thing. */
  readonly lastHeartbeat: (hostCommandIdentifier: string) => Promise<EpochMilliseconds | undefined>;
}

export function dynamoHostSigns(client: DynamoDBDocumentClient, liveTable: string): HostSigns {
  return {
    presence: dynamoHostPresences(client, liveTable).of,
    lastHeartbeat: async (hostCommandIdentifier) => {
      const Key = signKeys.lease(hostCommandIdentifier);
      const { Item } = await client.send(new GetCommand({ TableName: liveTable, Key, ConsistentRead: true }));
      return Item?.['heartbeatAt'] as EpochMilliseconds | undefined;
    },
  };
}
