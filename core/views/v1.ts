import * as z from 'zod';
import { DEPLOYMENT_STATUSES } from '../deployments/deployment-status.ts';
import { IN_PLACE_LIFECYCLE, LAMBDA_LIFECYCLE } from '../deployments/lifecycle.ts';
import { TARGET_STATUSES } from './lambda-target-status.ts';

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

const diagnostics = z.object({
  errorCode: z.string(),
  scriptName: z.string(),
  message: z.string(),
  logTail: z.string(),
});

const lifecycleEventStatus = z.enum(['Pending', 'InProgress', 'Succeeded', 'Failed', 'Skipped', 'Unknown']);

export const lifecycleEventView = z.object({
  lifecycleEventName: z.enum(LAMBDA_LIFECYCLE),
  status: lifecycleEventStatus,
  /** The validation function that the AppSpec names for it. */
  functionName: z.string().exactOptional(),
  startedAt: time.exactOptional(),
  endedAt: time.exactOptional(),
  /** So far, while it is in progress. */
  durationSeconds: z.number().exactOptional(),
  diagnostics: diagnostics.exactOptional(),
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

/** Of a deployment to servers: how it goes through its targets. */
export const fleetView = z.object({
  targets: z.int(),
  minimumHealthy: z.int(),
  /** The last one that was begun: 1, 2, 3 … */
  wave: z.int().exactOptional(),
  /** How many targets may be in flight in that wave. */
  slots: z.int().exactOptional(),
  /** The zone that it is in. */
  zone: z.string().exactOptional(),
});

/** One target of a fleet as it was at one moment. */
export const targetPicture = z.object({
  /** `i-…`, or the name of an on-premises instance. */
  targetId: z.string(),
  targetArn: z.string(),
  /** 1, 2, 3 … in the order of start. */
  position: z.int(),
  zone: z.string().exactOptional(),
  status: z.enum(TARGET_STATUSES),
  /** Absent until it is begun, as the next one is. */
  wave: z.int().exactOptional(),
  startedAt: time.exactOptional(),
  completedAt: time.exactOptional(),
  /** What it ended with, for people. */
  message: z.string().exactOptional(),
  lifecycleEvents: z.array(
    z.object({
      lifecycleEventName: z.enum(IN_PLACE_LIFECYCLE),
      status: lifecycleEventStatus,
      startedAt: time.exactOptional(),
      endedAt: time.exactOptional(),
      durationSeconds: z.number().exactOptional(),
      diagnostics: diagnostics.exactOptional(),
      /** The agent has sent the whole output of its scripts. */
      hasOutput: z.literal(true).exactOptional(),
    }),
  ),
  /** While it is in flight. */
  waitingFor: z
    .object({ type: z.enum(['queue', 'pick-up', 'answer', 'task']), sentence: z.string(), until: time })
    .exactOptional(),
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
  /** Of a deployment to servers; absent until its targets are known. */
  fleet: fleetView.exactOptional(),
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

const entries = z.array(
  z.object({
    version: z.int(),
    at: time,
    /** Since the first event of the deployment. */
    elapsedSeconds: z.number(),
    /** For people: its words may change. */
    sentence: z.string(),
    type: z.string(),
    actor,
  }),
);

export const timelineAnswer = deploymentPicture.extend({ version: z.literal(V1), entries });

export const targetsAnswer = z.object({
  version: z.literal(V1),
  deploymentId: z.string(),
  targets: z.array(targetPicture),
  /** The value of `after` for the page behind this one; absent on the last. */
  nextAfter: z.int().exactOptional(),
});

export const targetTimelineAnswer = targetPicture.extend({
  version: z.literal(V1),
  deploymentId: z.string(),
  entries,
});

export const outputAnswer = z.object({
  version: z.literal(V1),
  deploymentId: z.string(),
  targetId: z.string(),
  lifecycleEventName: z.enum(IN_PLACE_LIFECYCLE),
  /** Gives the whole output by GET, without a signature, to whoever has it. */
  outputAddress: z.url(),
  validUntil: time,
});

export const errorAnswer = z.object({
  version: z.literal(V1),
  error: z.object({ code: z.string(), message: z.string() }),
});

export type DeploymentPicture = z.infer<typeof deploymentPicture>;
export type TargetPicture = z.infer<typeof targetPicture>;
export type EventsAnswer = z.infer<typeof eventsAnswer>;
export type TimelineAnswer = z.infer<typeof timelineAnswer>;
export type TargetsAnswer = z.infer<typeof targetsAnswer>;
export type TargetTimelineAnswer = z.infer<typeof targetTimelineAnswer>;
export type OutputAnswer = z.infer<typeof outputAnswer>;
export type ErrorAnswer = z.infer<typeof errorAnswer>;
