import * as z from 'zod';
import { checkDescription } from '../../core/registry/description.ts';
import { checkApplicationName, requireApplicationName } from '../../core/registry/names.ts';
import type { CheckedRevision } from '../../core/registry/revision-location.ts';
import {
  checkRevisionLocation,
  checkRevisionPlatform,
  requireRevision,
  revisionContent,
} from '../../core/registry/revision-location.ts';
import type { RevisionLocation, RevisionRow } from '../../core/registry/revision.ts';
import { revision, revisionIdentity } from '../../core/registry/revision.ts';
import type { RevisionInput } from '../../core/registry/shapes.ts';
import { revisionShape } from '../../core/registry/shapes.ts';
import { Refusal } from '../../core/refusal.ts';
import { unreachable } from '../../core/unreachable.ts';
import { genericRevisionInfo } from '../../core/views/generic-revision-info.ts';
import { revisionLocationInfo } from '../../core/views/revision-location-info.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { commandTo, execute } from '../runtime/execute.ts';
import { applicationNamed, read } from '../runtime/registered.ts';
import type { System } from '../runtime/system.ts';
import { checkBatch } from './batch.ts';
import type { ApiPorts } from './operation.ts';
import { operation } from './operation.ts';
import { useOfRevision } from './revision-uses.ts';

const text = z.string().exactOptional();

/** Registering again is fine: the time stays, and a description that is given replaces the one before. */
export const registerApplicationRevision = operation({
  name: 'RegisterApplicationRevision',
  input: z.object({ applicationName: text, description: text, revision: revisionShape.exactOptional() }),
  handle: async ({ description, ...input }, { ports, issued }) => {
    const applicationName = requireApplicationName(input.applicationName);
    const given = requireRevision(input.revision);
    checkApplicationName(applicationName);
    const { location, content } = checked(given, ports.system);
    checkDescription(description);
    const { applicationId, computePlatform } = await applicationNamed(ports.rows, applicationName);
    checkRevisionPlatform(location, computePlatform);
    const revisionId = revisionIdOf(ports.system, applicationId, location);
    await execute(ports, issued, [
      commandTo(revision, `revision#${revisionId}`, {
        type: 'RegisterRevision',
        data: {
          applicationId,
          applicationName,
          revisionId,
          location,
          ...(content !== undefined && { content }),
          ...(description !== undefined && { description }),
        },
      }),
    ]);
    return undefined;
  },
});

/** The one place that answers the content of an AppSpec. */
export const getApplicationRevision = operation({
  name: 'GetApplicationRevision',
  input: z.object({ applicationName: text, revision: revisionShape.exactOptional() }),
  handle: async (input, { ports }) => {
    const applicationName = requireApplicationName(input.applicationName);
    const given = requireRevision(input.revision);
    checkApplicationName(applicationName);
    const { location } = checked(given, ports.system);
    const { applicationId } = await applicationNamed(ports.rows, applicationName);
    const row = await registeredRow(ports, applicationId, location);
    if (row === undefined) throw revisionDoesNotExist(location);
    return {
      applicationName,
      revision: revisionLocationInfo(row.location, row.content),
      revisionInfo: await infoOf(ports, row),
    };
  },
});

/** Those that are not registered are left out, and told in the errorMessage, which is empty where there are none. */
export const batchGetApplicationRevisions = operation({
  name: 'BatchGetApplicationRevisions',
  input: z.object({ applicationName: text, revisions: z.array(revisionShape).exactOptional() }),
  handle: async (input, { ports }) => {
    const applicationName = requireApplicationName(input.applicationName);
    const given = input.revisions ?? [];
    requireRevision(given[0]);
    checkApplicationName(applicationName);
    checkBatch(given, MOST_REVISIONS, 'revisions');
    const locations = given.map((each) => checked(each, ports.system).location);
    const { applicationId } = await applicationNamed(ports.rows, applicationName);
    const rows = await Promise.all(locations.map((each) => registeredRow(ports, applicationId, each)));
    const found = rows.filter((row) => row !== undefined);
    const unknown = locations.filter((_, index) => rows[index] === undefined);
    return {
      applicationName,
      errorMessage:
        unknown.length === 0 ? '' : `These revisions are not registered: ${unknown.map(wordsOf).join(', ')}`,
      revisions: await Promise.all(
        found.map(async (row) => ({
          revisionLocation: revisionLocationInfo(row.location),
          genericRevisionInfo: await infoOf(ports, row),
        })),
      ),
    };
  },
});

const MOST_REVISIONS = 25;

function checked(given: RevisionInput, system: System): CheckedRevision {
  const content = revisionContent(given);
  return checkRevisionLocation(given, content === undefined ? undefined : system.sha256(content));
}

function revisionIdOf(system: System, applicationId: string, location: RevisionLocation): string {
  return system.sha256(revisionIdentity(applicationId, location));
}

/** The id is the hash of the whole identity: what was registered with a version or an eTag is found by both only. */
function registeredRow(
  { rows, system }: ApiPorts,
  applicationId: string,
  location: RevisionLocation,
): Promise<RevisionRow | undefined> {
  return read<RevisionRow>(rows, rowKeys.revision(revisionIdOf(system, applicationId, location)));
}

async function infoOf({ rows }: ApiPorts, row: RevisionRow) {
  return genericRevisionInfo(row, await useOfRevision(rows, row.applicationId, row.revisionId));
}

function revisionDoesNotExist(location: RevisionLocation): Refusal {
  const hint =
    location.revisionType === 'S3'
      ? ' One that was registered with a version or an eTag is found only by repeating both.'
      : '';
  return new Refusal(
    'RevisionDoesNotExistException',
    `The application has no revision ${wordsOf(location)}.${hint}`,
  );
}

function wordsOf(location: RevisionLocation): string {
  switch (location.revisionType) {
    case 'AppSpecContent':
    case 'String':
      return `${location.revisionType} ${location.sha256}`;
    case 'S3': {
      const { bucket, key, bundleType, version, eTag } = location;
      const marks = { bundleType, version, eTag };
      const named = Object.entries(marks).flatMap(([mark, value]) =>
        value === undefined ? [] : [`${mark} ${value}`],
      );
      return `s3://${bucket}/${key} (${named.join(', ')})`;
    }
    case 'GitHub':
      return `GitHub ${location.repository} at ${location.commitId}`;
    default:
      return unreachable(location);
  }
}
