import * as z from 'zod';
import type { StoredEvent } from '../../core/chain.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { IN_PLACE_LIFECYCLE } from '../../core/deployments/lifecycle.ts';
import type { TargetEvent } from '../../core/deployments/target-events.ts';
import { targetStream } from '../../core/deployments/target-stream.ts';
import { target } from '../../core/deployments/target.ts';
import { Refusal } from '../../core/refusal.ts';
import { deploymentDoesNotExist, quoted } from '../../core/registry/names.ts';
import { targetPicture } from '../../core/views/target-picture.ts';
import { targetTimeline } from '../../core/views/target-timeline.ts';
import { entriesAnswer } from '../../core/views/v1-answers.ts';
import type {
  OutputAnswer,
  TargetPicture,
  TargetTimelineAnswer,
  TargetsAnswer,
} from '../../core/views/v1.ts';
import { OUTPUT_ADDRESS_SECONDS } from '../adapters/output-downloads.ts';
import { fold, load, recorded } from '../runtime/history.ts';
import { isoTime } from '../runtime/time-texts.ts';
import { noOutput, noOutputAtAll } from './no-output.ts';
import type { ReadPorts, ReadRequest } from './read-request.ts';
import { deploymentIdOf, pageOf, parametersOf } from './read-request.ts';

/**
 * Each has a stream of its own, which is one read, so that all of a page are read at once. A target is a few KB, and
 * 60 KB where a stranger's agent fills all diagnostics: a page stays below the 6 MB that a function may answer.
 */
const MOST_TARGETS = 50;
const page = pageOf(MOST_TARGETS, MOST_TARGETS);

/** A part of a fleet in the order of start; none before the targets are known, and none of a Lambda deployment. */
export async function targets(ports: ReadPorts, request: ReadRequest): Promise<TargetsAnswer> {
  const deploymentId = deploymentIdOf(request);
  const { after, limit } = parametersOf(page, request);
  const state = await existing(ports, deploymentId);
  const { fleetTargets = [] } = state;
  const shown = fleetTargets.slice(after, after + limit);
  const logs = await Promise.all(shown.map(({ targetId }) => logOf(ports, deploymentId, targetId)));
  return {
    version: '1',
    deploymentId,
    targets: logs.map((log, index) => pictureOf(ports, state, after + index, log)),
    ...(after + limit < fleetTargets.length && { nextAfter: after + limit }),
  };
}

/** One target, and what happened to it in sentences. Throws DeploymentTargetDoesNotExistException. */
export async function wholeTargetTimeline(
  ports: ReadPorts,
  request: ReadRequest,
): Promise<TargetTimelineAnswer> {
  parametersOf(z.strictObject({}), request);
  const { deploymentId, state, index, log } = await targetOf(ports, request);
  const events = log.map((event) => recorded<TargetEvent>(event));
  return {
    version: '1',
    deploymentId,
    ...pictureOf(ports, state, index, log),
    entries: entriesAnswer(targetTimeline(events, state.createdAt, isoTime), isoTime),
  };
}

const output = z.strictObject({ lifecycleEventName: z.enum(IN_PLACE_LIFECYCLE).optional() });

/**
 * Where the whole output of one lifecycle event on a target can be fetched: of the one asked for, else of the one that failed
 * last, where none has of the last that has any. Throws OutputDoesNotExistException, also where only another event has one.
 */
export async function targetOutput(ports: ReadPorts, request: ReadRequest): Promise<OutputAnswer> {
  const { lifecycleEventName } = parametersOf(output, request);
  const { deploymentId, targetId, log } = await targetOf(ports, request);
  const state = fold(target, log);
  const events = state.status === 'Unclaimed' ? [] : state.lifecycleEvents;
  const wanted =
    lifecycleEventName ?? events.findLast(({ status }) => status === 'Failed')?.lifecycleEventName;
  const found =
    wanted === undefined
      ? events.findLast(({ outputKey }) => outputKey !== undefined)
      : events.find((event) => event.lifecycleEventName === wanted);
  if (found?.outputKey === undefined) {
    throw wanted === undefined ? noOutputAtAll(targetId) : noOutput(targetId, wanted, found, log);
  }
  const validUntil = ports.system.now() + OUTPUT_ADDRESS_SECONDS * 1000;
  return {
    version: '1',
    deploymentId,
    targetId,
    lifecycleEventName: found.lifecycleEventName,
    outputAddress: await ports.outputs.address(found.outputKey),
    validUntil: isoTime(validUntil),
  };
}

/** Throws DeploymentDoesNotExistException and DeploymentTargetDoesNotExistException. */
async function targetOf(ports: ReadPorts, request: ReadRequest) {
  const deploymentId = deploymentIdOf(request);
  const targetId = request.pathParameters?.['targetId'] ?? '';
  const state = await existing(ports, deploymentId);
  const index = (state.fleetTargets ?? []).findIndex((known) => known.targetId === targetId);
  if (index === -1) throw unknownTarget(deploymentId, targetId);
  return { deploymentId, targetId, state, index, log: await logOf(ports, deploymentId, targetId) };
}

/** Throws DeploymentDoesNotExistException. */
async function existing({ store }: ReadPorts, deploymentId: string): Promise<ExistingDeployment> {
  const state = await load(store, deployment, deploymentStream(deploymentId));
  if (state.status === 'Absent') throw deploymentDoesNotExist(deploymentId);
  return state;
}

function logOf(
  { store }: ReadPorts,
  deploymentId: string,
  targetId: string,
): Promise<readonly StoredEvent[]> {
  return store.load(targetStream(deploymentId, targetId));
}

function pictureOf(
  { system }: ReadPorts,
  state: ExistingDeployment,
  index: number,
  log: readonly StoredEvent[],
): TargetPicture {
  return targetPicture(state, index, fold(target, log), system.now(), isoTime);
}

function unknownTarget(deploymentId: string, targetId: string): Refusal {
  return new Refusal(
    'DeploymentTargetDoesNotExistException',
    `The deployment ${deploymentId} has no target ${quoted(targetId)}.`,
  );
}
