import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { clientDefaults } from './aws-clients.ts';
import type { AwsFailure } from './aws-failure.ts';
import { awsFailureOf } from './aws-failure.ts';

/** The tokens for GitHub by their names: which there are, and to be rid of one. Nothing here can read a token. */
export interface GitHubTokenNames {
  /** In order. */
  readonly list: () => Promise<readonly string[]>;
  readonly has: (name: string) => Promise<boolean>;
  /** `false` where there is none of that name. */
  readonly remove: (name: string) => Promise<boolean>;
}

/** The tokens themselves. */
export interface GitHubTokens {
  /** `none`: nobody has connected that account. `missing`: the key of the stack is gone. */
  readonly of: (
    name: string,
  ) => Promise<
    { readonly status: 'found'; readonly token: string } | { readonly status: 'none' } | AwsFailure
  >;
}

/** Replaces a token of the same name. */
export type StoreGitHubToken = (name: string, token: string) => Promise<void>;

const PARTITION = 'github-tokens';

/** Binds what is encrypted to the name it was stored under: the token of another account in its place is not decrypted. */
const encryptionContext = (name: string) => ({ gitHubTokenName: name });

export function dynamoGitHubTokenNames(client: DynamoDBDocumentClient, TableName: string): GitHubTokenNames {
  return {
    list: async () => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': PARTITION },
        }),
      );
      return Items.map((item) => (item as { readonly sk: string }).sk);
    },
    has: async (name) => {
      const { Item } = await client.send(
        new GetCommand({
          TableName,
          Key: { pk: PARTITION, sk: name },
          ConsistentRead: true,
          ProjectionExpression: 'sk',
        }),
      );
      return Item !== undefined;
    },
    remove: async (name) => {
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName, Key: { pk: PARTITION, sk: name }, ReturnValues: 'ALL_OLD' }),
      );
      return Attributes !== undefined;
    },
  };
}

export function kmsGitHubTokens(client: DynamoDBDocumentClient, TableName: string): GitHubTokens {
  const kms = new KMSClient(clientDefaults);
  return {
    of: async (name) => {
      const { Item } = await client.send(
        new GetCommand({ TableName, Key: { pk: PARTITION, sk: name }, ConsistentRead: true }),
      );
      if (Item === undefined) return { status: 'none' };
      const { encrypted } = Item as { readonly encrypted: Uint8Array };
      try {
        const { Plaintext } = await kms.send(
          new DecryptCommand({ CiphertextBlob: encrypted, EncryptionContext: encryptionContext(name) }),
        );
        return { status: 'found', token: Buffer.from(Plaintext ?? []).toString('utf8') };
      } catch (error) {
        return awsFailureOf(error);
      }
    },
  };
}

/** With the rights of whoever connects: to encrypt with the key of the stack, and to put the result in its table. */
export function storeGitHubToken(
  client: DynamoDBDocumentClient,
  TableName: string,
  kms: KMSClient,
  keyArn: string,
): StoreGitHubToken {
  return async (name, token) => {
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({
        KeyId: keyArn,
        Plaintext: Buffer.from(token, 'utf8'),
        EncryptionContext: encryptionContext(name),
      }),
    );
    await client.send(
      new PutCommand({ TableName, Item: { pk: PARTITION, sk: name, encrypted: CiphertextBlob } }),
    );
  };
}
