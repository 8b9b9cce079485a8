import type { DeploymentCreated } from '../../core/deployments/deployment-events.ts';
import type { DeploymentErrorCode } from '../../core/deployments/deployment-status.ts';
import type { RevisionRow, S3Location } from '../../core/registry/revision.ts';
import { isInline } from '../../core/registry/revision.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { ObjectFailure, RevisionObjects } from '../adapters/revision-objects.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { read } from '../runtime/registered.ts';
import type { Refused } from './alias-failure.ts';

export type AppSpecReading = { readonly status: 'read'; readonly content: string } | Refused;

/**
 * The text of a deployment's AppSpec: from its revision, or from S3 with the rights of the group's role, which `objects`
 * holds. Changes nothing, and may be asked again: without a version the newest object is read each time.
 */
export async function readAppSpec(
  rows: RowReader,
  objects: RevisionObjects,
  created: Pick<DeploymentCreated, 'revision' | 'serviceRoleArn'>,
): Promise<AppSpecReading> {
  const { location, revisionId } = created.revision;
  if (location.revisionType === 'S3') {
    const object = await objects.read(location);
    return object.status === 'read'
      ? object
      : unreadable('AppSpec', object, location, created.serviceRoleArn);
  }
  const revision = await read<RevisionRow>(rows, rowKeys.revision(revisionId));
  if (revision?.content === undefined) {
    const name = isInline(location) ? location.sha256 : revisionId;
    const message = `The revision ${name} is no longer registered: deploy its content again.`;
    return refused('REVISION_MISSING', message);
  }
  return { status: 'read', content: revision.content };
}

/** Why an object of S3 that is to be an AppSpec or a bundle cannot be had, and what is to be done. */
export function unreadable(
  what: 'AppSpec' | 'bundle',
  object: ObjectFailure,
  location: S3Location,
  serviceRoleArn: string,
): Refused {
  const place = placeOf(location);
  switch (object.status) {
    case 'missing':
      return refused(
        'REVISION_MISSING',
        `The ${what} ${place} cannot be found (${object.message}). Upload it, or correct the s3Location.`,
      );
    case 'denied':
      return refused('IAM_ROLE_PERMISSIONS', deniedMessage(location, serviceRoleArn, object.message));
    case 'changed':
      return refused(
        'INVALID_REVISION',
        `The ${what} ${place} is not the one that the revision names: ${object.message}. ` +
          'Deploy the object that is there by its own eTag, or name the version that was meant.',
      );
    case 'too-large':
    case 'not-text':
      return refused(
        'INVALID_REVISION',
        `The AppSpec ${place} cannot be read: ${object.message}. ` +
          'The object must be the AppSpec itself, one YAML or JSON document, and no archive.',
      );
    case 'throttled':
      return refused('THROTTLED', `Amazon S3 took no more requests of ${serviceRoleArn}: ${object.message}.`);
    default:
      return object.status satisfies never;
  }
}

/** S3 denies an object that does not exist to whoever may not list the bucket, and the stock role may not. */
function deniedMessage(location: S3Location, serviceRoleArn: string, message: string): string {
  const actions = location.version === undefined ? 's3:GetObject' : 's3:GetObject and s3:GetObjectVersion';
  return (
    `The service role ${serviceRoleArn} lacks permission for Amazon S3: it may not read ${placeOf(location)} ` +
    `(${message}). It needs ${actions}. The stock role reads only objects with a CodeDeploy/ folder in their key ` +
    '(such as releases/CodeDeploy/appspec.yaml) or with the tag UseWithCodeDeploy=true: move or tag the object, or ' +
    'allow the action. S3 gives the same answer where there is no such object.'
  );
}

function placeOf({ bucket, key, version }: S3Location): string {
  const object = `s3://${bucket}/${key}`;
  return version === undefined ? object : `${object} (version ${version})`;
}

function refused(code: DeploymentErrorCode, message: string): Refused {
  return { status: 'refused', code, message };
}
