import * as z from 'zod';
import { checkApplicationName, quoted, requireApplicationName } from '../../core/registry/names.ts';
import type { RevisionInListRow } from '../../core/registry/revision.ts';
import { isBucketName, isObjectKey } from '../../core/registry/s3-location.ts';
import { Refusal } from '../../core/refusal.ts';
import { revisionLocationInfo } from '../../core/views/revision-location-info.ts';
import { LAST_TIME, padded, rowKeys } from '../../core/views/row-keys.ts';
import { type RowReader, everyRow } from '../adapters/row-reader.ts';
import { applicationNamed } from '../runtime/registered.ts';
import { operation } from './operation.ts';
import { PAGE_SIZE, nextTokenOf, positionOf } from './page.ts';
import { usesOfApplication } from './revision-uses.ts';

const text = z.string().exactOptional();

const input = z.object({
  applicationName: text,
  sortBy: text,
  sortOrder: text,
  s3Bucket: text,
  s3KeyPrefix: text,
  deployed: text,
  nextToken: text,
});

/**
 * Locations only, without content. Each page reads the whole list of the application, some 300 bytes a revision, because
 * four of the six orders are none that rows can be kept in: times of use are of other streams.
 */
export const listApplicationRevisions = operation({
  name: 'ListApplicationRevisions',
  input,
  handle: async (request, { ports }) => {
    const applicationName = requireApplicationName(request.applicationName);
    checkApplicationName(applicationName);
    const wanted = wantedOf(request);
    const { sortBy, sortOrder, bucket, keyPrefix, deployed } = wanted;
    const listing = {
      operation: 'ListApplicationRevisions',
      filters: [applicationName, sortBy, sortOrder, bucket, keyPrefix, deployed],
    };
    const after = positionOf(ports.system, listing, request.nextToken);
    const { applicationId } = await applicationNamed(ports.rows, applicationName);
    const found = (await revisionsOf(ports.rows, applicationId, wanted))
      .filter((entry) => passes(entry, wanted))
      .map((entry) => ({ entry, position: positionIn(entry, wanted) }))
      .filter(({ position }) => after === undefined || position > after)
      .sort((one, other) => (one.position < other.position ? -1 : 1));
    const page = found.slice(0, PAGE_SIZE);
    const last = found.length > PAGE_SIZE ? page.at(-1)?.position : undefined;
    return {
      revisions: page.map(({ entry }) => revisionLocationInfo(entry.location)),
      ...nextTokenOf(ports.system, listing, last),
    };
  },
});

const SORTS = ['registerTime', 'firstUsedTime', 'lastUsedTime'] as const;
const ORDERS = ['ascending', 'descending'] as const;
const DEPLOYED = ['include', 'exclude', 'ignore'] as const;

interface Wanted {
  readonly sortBy: (typeof SORTS)[number];
  readonly sortOrder: (typeof ORDERS)[number];
  readonly bucket: string | undefined;
  readonly keyPrefix: string;
  readonly deployed: (typeof DEPLOYED)[number];
}

/** Without a sort the order is arbitrary for the service; for us it is that of their registration. */
function wantedOf({ s3Bucket, s3KeyPrefix, ...words }: z.infer<typeof input>): Wanted {
  const sortBy = wordOf(words.sortBy, SORTS, 'InvalidSortByException', 'sortBy');
  const sortOrder = wordOf(words.sortOrder, ORDERS, 'InvalidSortOrderException', 'sortOrder');
  const bucket = s3Bucket === '' ? undefined : s3Bucket;
  if (bucket !== undefined && !isBucketName(bucket)) {
    throw new Refusal(
      'InvalidBucketNameFilterException',
      `The s3Bucket ${quoted(bucket)} is no name of a bucket.`,
    );
  }
  const keyPrefix = s3KeyPrefix ?? '';
  if (!isObjectKey(keyPrefix)) {
    throw new Refusal('InvalidKeyPrefixFilterException', 'The s3KeyPrefix is longer than any key in S3.');
  }
  const deployed = wordOf(
    words.deployed ?? 'ignore',
    DEPLOYED,
    'InvalidDeployedStateFilterException',
    'deployed',
  );
  if (keyPrefix !== '' && bucket === undefined) {
    throw new Refusal('BucketNameFilterRequiredException', 'A s3KeyPrefix needs the s3Bucket that it is in.');
  }
  return { sortBy, sortOrder, bucket, keyPrefix, deployed };
}

/** The first word is the default. */
function wordOf<Word extends string>(
  given: string | undefined,
  words: readonly [Word, ...Word[]],
  code: string,
  member: string,
): Word {
  if (given === undefined) return words[0];
  const known = words.find((word) => word === given);
  if (known === undefined) {
    throw new Refusal(code, `The ${member} ${quoted(given)} is unknown. Valid are ${words.join(', ')}.`);
  }
  return known;
}

interface Entry extends RevisionInListRow {
  readonly isTarget: boolean;
  readonly registerTime: number;
  /** Absent until a deployment has used it. */
  readonly firstUsedTime?: number;
  readonly lastUsedTime?: number;
}

async function revisionsOf(
  rows: RowReader,
  applicationId: string,
  { sortBy, deployed }: Wanted,
): Promise<readonly Entry[]> {
  const asksForUses = sortBy !== 'registerTime' || deployed !== 'ignore';
  const uses = asksForUses ? await usesOfApplication(rows, applicationId) : undefined;
  const { pk } = rowKeys.revisionOfApplication(applicationId, 0, '');
  const entries: Entry[] = [];
  for await (const { sk, data } of everyRow(rows, { pk, limit: READ_AT_ONCE })) {
    const row = JSON.parse(data) as RevisionInListRow;
    const use = uses?.get(row.revisionId);
    entries.push({
      ...row,
      registerTime: Number(sk.slice(0, sk.indexOf('#'))),
      isTarget: use?.isTarget === true,
      ...(use && { firstUsedTime: use.firstUsedAt, lastUsedTime: use.lastUsedAt }),
    });
  }
  return entries;
}

/** Keys are 1 KB at the longest: no more than a page of DynamoDB holds. */
const READ_AT_ONCE = 500;

function passes({ location, isTarget }: Entry, { bucket, keyPrefix, deployed }: Wanted): boolean {
  if (deployed !== 'ignore' && isTarget !== (deployed === 'include')) return false;
  if (bucket === undefined) return true;
  return location.revisionType === 'S3' && location.bucket === bucket && location.key.startsWith(keyPrefix);
}

/** The order of the list as text. Those that were never used come last, whichever way the others are sorted. */
function positionIn(entry: Entry, { sortBy, sortOrder }: Wanted): string {
  const at = entry[sortBy];
  if (at === undefined) return `unused#${entry.revisionId}`;
  return `${padded(sortOrder === 'ascending' ? at : LAST_TIME - at)}#${entry.revisionId}`;
}
