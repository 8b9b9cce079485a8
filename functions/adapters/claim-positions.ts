import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

/** Which place of a wave each claim is for: what a task that runs twice has to find again. Never rebuilt. */
export interface ClaimPositions {
  /** The place that this claim was given; undefined where it has none yet. */
  readonly given: (deploymentId: string, claim: string) => Promise<number | undefined>;
  /** 0, 1, 2 …, each once in a wave. One that is drawn and not used is found by the next wave. */
  readonly draw: (deploymentId: string, wave: number) => Promise<number>;
  readonly give: (deploymentId: string, claim: string, place: number) => Promise<void>;
}

/** Longer than a fleet may take. */
const KEEP_SECONDS = 24 * 60 * 60;

export function dynamoClaimPositions(
  client: DynamoDBDocumentClient,
  TableName: string,
  now: () => number,
): ClaimPositions {
  const key = (deploymentId: string, sk: string) => ({ pk: `claims#${deploymentId}`, sk });
  const expiresAt = () => Math.ceil(now() / 1000) + KEEP_SECONDS;
  return {
    given: async (deploymentId, claim) => {
      const Key = key(deploymentId, `claim#${claim}`);
      const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item?.['place'] as number | undefined;
    },
    draw: async (deploymentId, wave) => {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName,
          Key: key(deploymentId, `drawn#${wave}`),
          UpdateExpression: 'SET #expiresAt = :expiresAt ADD #drawn :one',
          ExpressionAttributeNames: { '#drawn': 'drawn', '#expiresAt': 'expiresAt' },
          ExpressionAttributeValues: { ':one': 1, ':expiresAt': expiresAt() },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return Number(Attributes?.['drawn']) - 1;
    },
    give: async (deploymentId, claim, place) => {
      const Item = { ...key(deploymentId, `claim#${claim}`), place, expiresAt: expiresAt() };
      await client.send(new PutCommand({ TableName, Item }));
    },
  };
}
