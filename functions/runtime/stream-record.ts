import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import type { StoredEvent } from '../../core/chain.ts';
import { recorded } from './history.ts';

/** An event of the log as DynamoDB's stream gives it. */
const newImage = z.object({
  stream: z.object({ S: z.string() }),
  version: z.object({ N: z.string() }),
  type: z.object({ S: z.string() }),
  data: z.object({ S: z.string() }),
  at: z.object({ N: z.string() }),
  actor: z.object({ S: z.string() }),
  cause: z.object({ S: z.string() }),
  previousHash: z.object({ S: z.string() }),
  hash: z.object({ S: z.string() }),
});

/** Undefined where it is no event of ours: it will not become one by being tried again. */
export function eventOfRecord({ dynamodb }: DynamoDBRecord): StoredEvent | undefined {
  const image = newImage.safeParse(dynamodb?.NewImage);
  if (!image.success) return undefined;
  const { stream, version, type, data, at, actor, cause, previousHash, hash } = image.data;
  const event: StoredEvent = {
    stream: stream.S,
    version: Number(version.N),
    type: type.S,
    data: data.S,
    at: Number(at.N),
    actor: actor.S,
    cause: cause.S,
    previousHash: previousHash.S,
    hash: hash.S,
  };
  try {
    recorded(event);
    return event;
  } catch {
    return undefined;
  }
}
