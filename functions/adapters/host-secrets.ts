import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { EpochMilliseconds } from '../../core/decider.ts';

/** A host that may ask for work: the bearer of a secret. */
export interface EnrolledHost {
  readonly hostIdentifier: string;
  /** `i-…`, or the name of an on-premises instance. */
  readonly name: string;
  /** When its present secret was made. */
  readonly issuedAt: EpochMilliseconds;
}

/**
 * The secrets of hosts. Only their hashes are kept, each bound to one host. Two are good at a time at most: the present
 * one and, for a while, the one before it.
 */
export interface HostSecrets {
  /** Undefined for a hash that is none, or no longer good. */
  readonly find: (hash: string, now: EpochMilliseconds) => Promise<EnrolledHost | undefined>;
  readonly of: (name: string) => Promise<EnrolledHost | undefined>;
  /**
   * Replaces the present secret, which is good until `formerUntil`; all older ones are good no more, and none of another
   * host that had the name.
   */
  readonly issue: (host: EnrolledHost, hash: string, formerUntil: EpochMilliseconds) => Promise<Issuance>;
  /** All of its secrets at once; `false` where it has none. */
  readonly revoke: (name: string) => Promise<boolean>;
  /** A page of the enrolled hosts, by their names. */
  readonly list: (
    after: string | undefined,
    limit: number,
  ) => Promise<{ readonly hosts: readonly EnrolledHost[]; readonly more: boolean }>;
}

/** `busy`: somebody else has changed its secrets at the same time. */
export type Issuance = 'issued' | 'busy';

interface HostItem {
  readonly hostIdentifier: string;
  readonly issuedAt: EpochMilliseconds;
  readonly hash: string;
  /** The one before, which may still be good. */
  readonly formerHash?: string;
}

const secretKey = (hash: string) => ({ pk: `host-secret#${hash}`, sk: 'host-secret' });
const hostKey = (name: string) => ({ pk: 'hosts', sk: name });

/** Somebody who rotates at the same moment must not keep a host from being revoked. */
const MOST_ATTEMPTS = 5;

export function dynamoHostSecrets(client: DynamoDBDocumentClient, TableName: string): HostSecrets {
  const hostItem = async (name: string): Promise<HostItem | undefined> => {
    const Key = hostKey(name);
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item as HostItem | undefined;
  };
  return {
    find: async (hash, now) => {
      const Key = secretKey(hash);
      const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      if (Item === undefined) return undefined;
      const { hostIdentifier, name, issuedAt, expiresAt } = Item as EnrolledHost & {
        readonly expiresAt?: number;
      };
      // The table's own expiry may be days late.
      const isOver = expiresAt !== undefined && expiresAt * 1000 <= now;
      return isOver ? undefined : { hostIdentifier, name, issuedAt };
    },
    of: async (name) => {
      const item = await hostItem(name);
      return item && { hostIdentifier: item.hostIdentifier, name, issuedAt: item.issuedAt };
    },
    issue: async (host, hash, formerUntil) => {
      const before = await hostItem(host.name);
      return transacted(client, issueActions(TableName, host, hash, before, formerUntil));
    },
    revoke: async (name) => {
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
        const before = await hostItem(name);
        if (before === undefined) return false;
        const keys = [before.hash, before.formerHash].filter((hash) => hash !== undefined).map(secretKey);
        const outcome = await transacted(client, [
          ...keys.map((Key) => ({ Delete: { TableName, Key } })),
          { Delete: { TableName, Key: hostKey(name), ...unchangedSince(before) } },
        ]);
        if (outcome === 'issued') return true;
      }
      throw new Error(`the secrets of ${name} were changed again and again while they were revoked`);
    },
    list: async (after, limit) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: { ':pk': 'hosts', ':after': after ?? ' ' },
          Limit: limit + 1,
        }),
      );
      const hosts = (Items as (HostItem & { readonly sk: string })[]).map((item) => ({
        hostIdentifier: item.hostIdentifier,
        name: item.sk,
        issuedAt: item.issuedAt,
      }));
      return { hosts: hosts.slice(0, limit), more: hosts.length > limit };
    },
  };
}

type Actions = NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems']>;

function issueActions(
  TableName: string,
  host: EnrolledHost,
  hash: string,
  before: HostItem | undefined,
  formerUntil: EpochMilliseconds,
): Actions {
  const { name, ...bound } = host;
  const isSameHost = before?.hostIdentifier === host.hostIdentifier;
  const former = isSameHost ? { formerHash: before.hash } : {};
  const condition =
    before === undefined ? { ConditionExpression: 'attribute_not_exists(pk)' } : unchangedSince(before);
  const item = { ...hostKey(name), ...bound, hash, ...former };
  const actions: Actions = [
    { Put: { TableName, Item: item, ...condition } },
    { Put: { TableName, Item: { ...secretKey(hash), ...host } } },
  ];
  if (before === undefined) return actions;
  const over = isSameHost ? [before.formerHash] : [before.hash, before.formerHash];
  const deletions = over
    .filter((old) => old !== undefined)
    .map((old) => ({ Delete: { TableName, Key: secretKey(old) } }));
  if (!isSameHost) return [...actions, ...deletions];
  const expiring = { ...host, issuedAt: before.issuedAt, expiresAt: Math.floor(formerUntil / 1000) };
  return [...actions, ...deletions, { Put: { TableName, Item: { ...secretKey(before.hash), ...expiring } } }];
}

function unchangedSince({ hash }: HostItem) {
  return {
    ConditionExpression: '#hash = :hash',
    ExpressionAttributeNames: { '#hash': 'hash' },
    ExpressionAttributeValues: { ':hash': hash },
  };
}

async function transacted(client: DynamoDBDocumentClient, TransactItems: Actions): Promise<Issuance> {
  try {
    await client.send(new TransactWriteCommand({ TransactItems }));
    return 'issued';
  } catch (error) {
    if (error instanceof TransactionCanceledException) return 'busy';
    throw error;
  }
}
