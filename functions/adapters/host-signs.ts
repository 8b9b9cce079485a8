import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { EpochMilliseconds } from '../../core/decider.ts';

/** When a host asked for work last, and how often it does. */
export interface Presence {
  readonly lastPolledAt: EpochMilliseconds;
  /** Between two of its polls, as seen so far; absent after the first. */
  readonly pollMilliseconds?: number;
  readonly agentVersion?: string;
}

/** The signs of life that the gateway keeps for the moment: nothing is rebuilt from them. */
export interface HostSigns {
  readonly presence: (hostIdentifier: string) => Promise<Presence | undefined>;
  /** When the agent last said that it is at work on this command; undefined where it says no such thing. */
  readonly lastHeartbeat: (hostCommandIdentifier: string) => Promise<EpochMilliseconds | undefined>;
}

/** The keys of these items in the live table, which the gateway writes. */
export const signKeys = {
  presence: (hostIdentifier: string) => ({ pk: `presence#${hostIdentifier}`, sk: 'presence' }),
  lease: (hostCommandIdentifier: string) => ({ pk: `lease#${hostCommandIdentifier}`, sk: 'lease' }),
} as const;

export function dynamoHostSigns(client: DynamoDBDocumentClient, liveTable: string): HostSigns {
  const get = async (Key: Record<string, string>) =>
    (await client.send(new GetCommand({ TableName: liveTable, Key, ConsistentRead: true }))).Item;
  return {
    presence: async (hostIdentifier) =>
      (await get(signKeys.presence(hostIdentifier))) as Presence | undefined,
    lastHeartbeat: async (hostCommandIdentifier) =>
      (await get(signKeys.lease(hostCommandIdentifier)))?.['heartbeatAt'] as EpochMilliseconds | undefined,
  };
}
