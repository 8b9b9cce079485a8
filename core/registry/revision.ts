import type { Aggregate, EpochMilliseconds, Row } from '../decider.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { rowKeys } from '../views/row-keys.ts';
import { checkDescription } from './description.ts';
import { applicationDoesNotExist } from './names.ts';

/** What names a revision, without its content. */
export type RevisionLocation = InlineLocation | S3Location | GitHubLocation;

/** `sha256` is lower-case hex, of the content's UTF-8. */
export type InlineLocation = {
  readonly revisionType: 'AppSpecContent' | 'String';
  readonly sha256: string;
};

/** An archive, or for Lambda the AppSpec itself, that lies in S3. Without a version it is the newest object at the time of the deployment. */
export type S3Location = {
  readonly revisionType: 'S3';
  readonly bucket: string;
  readonly key: string;
  readonly bundleType: BundleType;
  readonly version?: string;
  /** As the caller wrote it, with or without quotes; without one the content is not checked. */
  readonly eTag?: string;
};

export type BundleType = AppSpecType | ArchiveType;
export type AppSpecType = 'YAML' | 'JSON';
export type ArchiveType = 'tar' | 'tgz' | 'zip';

/** A commit of a repository, `account/name`. */
export type GitHubLocation = {
  readonly revisionType: 'GitHub';
  readonly repository: string;
  readonly commitId: string;
};

/** Whether the revision is a text that its caller hands over, where the others lie somewhere and are fetched. */
export function isInline(location: RevisionLocation): location is InlineLocation {
  return location.revisionType === 'AppSpecContent' || location.revisionType === 'String';
}

/** The text whose SHA-256, in lower-case hex, is the id of a revision. The same place twice is the same revision. */
export function revisionIdentity(applicationId: string, location: RevisionLocation): string {
  return JSON.stringify([applicationId, ...identityOf(location)]);
}

function identityOf(location: RevisionLocation): readonly (string | null)[] {
  switch (location.revisionType) {
    case 'AppSpecContent':
    case 'String':
      return [location.revisionType, location.sha256];
    case 'S3': {
      const { bucket, key, bundleType, version, eTag } = location;
      const tag = eTag === undefined ? null : unquotedETag(eTag);
      return ['S3', bucket, key, bundleType, version ?? null, tag];
    }
    case 'GitHub':
      return ['GitHub', location.repository, location.commitId];
    default:
      return unreachable(location);
  }
}

/** S3 answers its tags in quotes, and most tools hand them on without. */
export function unquotedETag(eTag: string): string {
  return eTag.replace(/^"(.*)"$/s, '$1');
}

/** The data of its own row. `registeredAt` stays at the first registration. */
export type RevisionRow = {
  readonly revisionId: string;
  readonly applicationId: string;
  readonly location: RevisionLocation;
  /** The text of the AppSpec; absent where the revision lies elsewhere. */
  readonly content?: string;
  readonly description?: string;
  readonly registeredAt: EpochMilliseconds;
};

/** The data of its row in the list of its application. */
export type RevisionInListRow = Pick<RevisionRow, 'revisionId' | 'location'>;

export type RevisionState =
  | { readonly status: 'unregistered' }
  | ({ readonly status: 'registered' } & RevisionRow);

type Registration = {
  readonly applicationId: string;
  readonly revisionId: string;
  readonly location: RevisionLocation;
  readonly description?: string;
};

export type RevisionCommand = {
  readonly type: 'RegisterRevision';
  readonly data: Registration & {
    /** For the words of the refusal when the application was deleted meanwhile. */
    readonly applicationName?: string;
    /** Absent where it lies elsewhere, and where the caller gave a digest alone: that one must be registered already. */
    readonly content?: string;
    /** True along with a deployment: what is registered keeps its description. Else a given one replaces it. */
    readonly onlyIfNew?: boolean;
  };
};

export type RevisionEvent =
  | { readonly type: 'RevisionRegistered'; readonly data: Registration & { readonly content?: string } }
  | { readonly type: 'RevisionDescribed'; readonly data: { readonly description: string } };

/** Stream `revision#<revisionId>`. Its id is the hash of what it is (`revisionIdentity`), so its content never changes. */
export const revision: Aggregate<RevisionState, RevisionCommand, RevisionEvent> = {
  name: 'revision',
  initial: { status: 'unregistered' },

  decide(state, { data }) {
    const { applicationName, content, onlyIfNew, ...registration } = data;
    const { applicationId, description } = registration;
    checkDescription(description);
    const refusal = applicationDoesNotExist(applicationName ?? applicationId);
    const requires = [{ ...rowKeys.application(applicationId), refusal }];
    if (state.status === 'unregistered') {
      if (content === undefined && isInline(data.location)) throw unknownDigest();
      const registered = { ...registration, ...(content !== undefined && { content }) };
      return { events: [{ type: 'RevisionRegistered', data: registered }], requires };
    }
    if (onlyIfNew === true || description === undefined || description === state.description) {
      return { events: [], requires };
    }
    return { events: [{ type: 'RevisionDescribed', data: { description } }], requires };
  },

  evolve(state, event) {
    switch (event.type) {
      case 'RevisionRegistered':
        return { status: 'registered', ...event.data, registeredAt: event.at };
      case 'RevisionDescribed':
        return state.status === 'registered' ? { ...state, ...event.data } : state;
      default:
        return unreachable(event);
    }
  },

  rows(state): readonly Row[] {
    if (state.status !== 'registered') return [];
    const { status: _, ...data } = state;
    const { applicationId, revisionId, location, registeredAt } = data;
    return [
      { ...rowKeys.revision(revisionId), data },
      {
        ...rowKeys.revisionOfApplication(applicationId, registeredAt, revisionId),
        data: { revisionId, location },
      },
    ];
  },

  /** Both keys hold the revision's own id. */
  taken: () => undefined,
};

function unknownDigest(): Refusal {
  return new Refusal(
    'InvalidRevisionException',
    'The revision is invalid: it names a digest alone, and no revision of that digest is registered. ' +
      'Give the content.',
  );
}
