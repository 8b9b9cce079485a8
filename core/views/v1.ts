import * as z from 'zod';
import { DEPLOYMENT_STATUSES } from '../deployments/deployment-status.ts';
import { LAMBDA_LIFECYCLE } from '../deployments/lifecycle.ts';

/**
 * The answers of `GET /v1/…`, described for people in docs/api-v1.md. Members may be added, never renamed, removed or
 * given another meaning: clients must let pass what they do not know. Times are ISO 8601 in UTC, with milliseconds;
 * what does not apply is left out and never null. Lists of values are those of today and grow as well.
 */

export const V1 = '1';

const time = z.iso.datetime({ precision: 3 });

const actor = z.object({
  type: z.enum(['user', 'host', 'alarm', 'clock', 'execution', 'deployment']),
  /** An IAM ARN, an alarm's name, an execution's ARN … */
  id: z.string(),
});

export const lifecycleEventView = z.object({
  lifecycleEventName: z.enum(LAMBDA_LIFECYCLE),
  status: z.enum(['Pending', 'InProgress', 'Succeeded', 'Failed', 'Skipped', 'Unknown']),
  /** The validation function that the AppSpec names for it. */
  functionName: z.string().exactOptional(),
  startedAt: time.exactOptional(),
  endedAt: time.exactOptional(),
  /** So far, while it is in progress. */
  durationSeconds: z.number().exactOptional(),
  diagnostics: z
    .object({
      errorCode: z.string(),
      scriptName: z.string(),
      message: z.string(),
      logTail: z.string(),
    })
    .exactOptional(),
});

export const trafficView = z.object({
  functionName: z.string(),
  functionAlias: z.string(),
  currentVersion: z.string(),
  targetVersion: z.string(),
  /** Percent on the target version, as far as the log knows. */
  weight: z.number(),
  /** Percent on the target version that the deployment is about to reach; equal to `weight` where it holds still. */
  wantedWeight: z.number(),
  /** Steps done, and steps in all. */
  step: z.int(),
  steps: z.int(),
});

export const waitingView = z.object({
  type: z.enum(['admission', 'hook', 'shift', 'postponement', 'bake', 'restore', 'task', 'end']),
  /** For people. */
  sentence: z.string(),
  /** When it is over, or when the sweep looks after it at the latest. */
  until: time,
});

/** A deployment as it was at one moment. Names are those of its creation. */
export const deploymentPicture = z.object({
  deploymentId: z.string(),
  applicationName: z.string(),
  deploymentGroupName: z.string(),
  deploymentConfigName: z.string(),
  computePlatform: z.string(),
  creator: z.string(),
  description: z.string().exactOptional(),
  status: z.enum(DEPLOYMENT_STATUSES),
  createdAt: time,
  /** When it was admitted. */
  startedAt: time.exactOptional(),
  completedAt: time.exactOptional(),
  /** Why it ended early, or is about to. */
  errorInformation: z.object({ code: z.string(), message: z.string() }).exactOptional(),
  rollbackInfo: z
    .object({
      rollbackDeploymentId: z.string().exactOptional(),
      rollbackTriggeringDeploymentId: z.string().exactOptional(),
      rollbackMessage: z.string(),
    })
    .exactOptional(),
  deploymentStatusMessages: z.array(z.string()),
  lifecycleEvents: z.array(lifecycleEventView),
  /** Absent until the target is known. */
  traffic: trafficView.exactOptional(),
  /** Absent once it has ended. */
  waitingFor: waitingView.exactOptional(),
});

export const eventsAnswer = z.object({
  version: z.literal(V1),
  deploymentId: z.string(),
  events: z.array(
    z.object({
      version: z.int(),
      type: z.string(),
      at: time,
      actor,
      /** The id of the command: events of one cause were written together. */
      cause: z.string(),
      /** By type, as core/deployments/deployment-events.ts says. */
      data: z.record(z.string(), z.unknown()),
      /** Of the chain of hashes, lower-case hex. */
      hash: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
  /** The value of `after` for the page behind this one; absent on the last. */
  nextAfter: z.int().exactOptional(),
});

export const timelineAnswer = deploymentPicture.extend({
  version: z.literal(V1),
  entries: z.array(
    z.object({
      version: z.int(),
      at: time,
      /** Since the first event. */
      elapsedSeconds: z.number(),
      /** For people: its words may change. */
      sentence: z.string(),
      type: z.string(),
      actor,
    }),
  ),
});

export const errorAnswer = z.object({
  version: z.literal(V1),
  error: z.object({ code: z.string(), message: z.string() }),
});

export type DeploymentPicture = z.infer<typeof deploymentPicture>;
export type EventsAnswer = z.infer<typeof eventsAnswer>;
export type TimelineAnswer = z.infer<typeof timelineAnswer>;
export type ErrorAnswer = z.infer<typeof errorAnswer>;
