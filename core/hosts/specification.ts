import * as z from 'zod';

/** What a host needs to know of a deployment. Travels as JSON inside a signed envelope. */
export interface Specification {
  readonly DeploymentId: string;
  /** A UUID: directories and files on the host carry it. */
  readonly DeploymentGroupId: string;
  readonly DeploymentGroupName: string;
  readonly ApplicationName: string;
  /** `user`, `codeDeployRollback` … */
  readonly DeploymentCreator?: string | undefined;
  readonly DeploymentType?: 'IN_PLACE' | 'BLUE_GREEN' | undefined;
  /** The path within the revision; hooks of stock agents try no other name than this. */
  readonly AppSpecFilename?: string | undefined;
  readonly Revision: SpecifiedRevision;
  readonly GitHubAccessToken?: string | undefined;
  readonly FileExistsBehavior?: 'DISALLOW' | 'OVERWRITE' | 'RETAIN' | undefined;
  /** For our own agent: a presigned address of the bundle in S3. */
  readonly BundleAddress?: string | undefined;
  /** For our own agent: after this event the revision is the last that succeeded on the host. */
  readonly LastLifecycleEvent?: string | undefined;
  /** For our own agent: where GitHub's API is, if not at its usual address. */
  readonly GitHubBaseUrl?: string | undefined;
}

export type SpecifiedRevision =
  | {
      readonly RevisionType: 'S3';
      readonly S3Revision: {
        readonly Bucket: string;
        readonly Key: string;
        readonly BundleType: 'tar' | 'tgz' | 'zip';
        readonly Version?: string | undefined;
        readonly ETag?: string | undefined;
      };
    }
  | {
      readonly RevisionType: 'GitHub';
      readonly GitHubRevision: {
        readonly Account: string;
        readonly Repository: string;
        readonly CommitId: string;
        readonly BundleType?: 'tar' | 'zip' | undefined;
      };
    };

/**
 * The payload of the envelope. Members that are absent or empty are left out: a stock agent takes an empty ETag for one that does not
 * match. `AllPossibleLifecycleEvents` is never sent, because the Ruby agent's Install fails on any.
 */
export function specificationPayload({ FileExistsBehavior, ...members }: Specification): string {
  const overrides =
    FileExistsBehavior === undefined
      ? {}
      : { AgentActionOverrides: { AgentOverrides: { FileExistsBehavior } } };
  return JSON.stringify({ ...members, ...overrides }, (_, value: unknown) =>
    value === null || value === '' ? undefined : value,
  );
}

/** Null and empty both mean absent, and what is not known is dropped. */
const text = z
  .string()
  .nullish()
  .transform((value) => (value === null || value === '' ? undefined : value));

const required = z.string().min(1);

const s3Revision = z.object({
  Bucket: required,
  Key: required,
  BundleType: z.enum(['tar', 'tgz', 'zip']),
  Version: text,
  ETag: text,
});

const gitHubRevision = z.object({
  Account: required,
  Repository: required,
  CommitId: required,
  BundleType: z
    .enum(['tar', 'zip'])
    .nullish()
    .transform((value) => value ?? undefined),
});

/** How our agent reads the payload; anything else is refused before it is acknowledged. */
export const specificationShape = z
  .object({
    DeploymentId: required.transform(deploymentIdOf),
    /** Names a folder: one safe part of a path. */
    DeploymentGroupId: required.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/),
    DeploymentGroupName: required,
    ApplicationName: required,
    DeploymentCreator: text.transform((value) => value ?? 'user'),
    DeploymentType: z
      .enum(['IN_PLACE', 'BLUE_GREEN'])
      .nullish()
      .transform((value) => value ?? ('IN_PLACE' as const)),
    AppSpecFilename: text,
    Revision: z.discriminatedUnion('RevisionType', [
      z.object({ RevisionType: z.literal('S3'), S3Revision: s3Revision }),
      z.object({ RevisionType: z.literal('GitHub'), GitHubRevision: gitHubRevision }),
    ]),
    GitHubAccessToken: text,
    AgentActionOverrides: z
      .object({ AgentOverrides: z.object({ FileExistsBehavior: text }).nullish() })
      .nullish(),
    BundleAddress: text,
    LastLifecycleEvent: text,
    GitHubBaseUrl: text,
  })
  .transform(({ AgentActionOverrides, ...members }, context) => {
    const behavior = (AgentActionOverrides?.AgentOverrides?.FileExistsBehavior ?? 'DISALLOW').toUpperCase();
    const FileExistsBehavior = FILE_EXISTS_BEHAVIORS.find((known) => known === behavior);
    if (FileExistsBehavior === undefined) {
      context.addIssue({
        code: 'custom',
        message: `FileExistsBehavior is none of ${FILE_EXISTS_BEHAVIORS.join(', ')}`,
      });
      return z.NEVER;
    }
    return { ...members, FileExistsBehavior };
  });

export type ReadSpecification = z.output<typeof specificationShape>;

const FILE_EXISTS_BEHAVIORS = ['DISALLOW', 'OVERWRITE', 'RETAIN'] as const;

/** An ARN that ends in `deployment/d-…` stands for its last part; the id names a folder. */
function deploymentIdOf(idOrArn: string, context: z.core.$RefinementCtx): string {
  const id = /^(?:.*[/:])?(?<id>d-[A-Za-z0-9-]+)$/.exec(idOrArn)?.groups?.['id'];
  if (id !== undefined) return id;
  context.addIssue({ code: 'custom', message: 'it is no id of a deployment' });
  return z.NEVER;
}
