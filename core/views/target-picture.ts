import type { EpochMilliseconds } from '../decider.ts';
import type { ExistingDeployment } from '../deployments/deployment-state.ts';
import type { ClaimedTarget, HostEvent, Target } from '../deployments/target-state.ts';
import { type WriteTime, spanView } from './deployment-picture.ts';
import { serverTargetStatus, untouched } from './server-target-info.ts';
import type { TargetPicture } from './v1.ts';

/** The target at one index of a deployment's fleet, from 0, as the events of both up to `at` add up. */
export function targetPicture(
  deployment: Pick<ExistingDeployment, 'status' | 'completedAt' | 'fleetTargets'>,
  index: number,
  target: Target,
  at: EpochMilliseconds,
  write: WriteTime,
): TargetPicture {
  const named = deployment.fleetTargets?.[index];
  if (named === undefined) throw new Error(`the fleet has no target ${index}`);
  const { targetId, targetArn, zone } = named;
  const claimed = target.status === 'Unclaimed' ? undefined : target;
  const status = serverTargetStatus(deployment, claimed);
  const lifecycleEvents = claimed?.lifecycleEvents ?? untouched(deployment);
  const waitingFor = claimed && waitingOf(claimed, write);
  return {
    targetId,
    targetArn,
    position: index + 1,
    ...(zone !== undefined && { zone }),
    status,
    ...(claimed && { wave: claimed.claimed.wave, startedAt: write(claimed.claimedAt) }),
    ...(claimed?.endedAt !== undefined && { completedAt: write(claimed.endedAt) }),
    ...(claimed?.end && { message: claimed.end.message }),
    lifecycleEvents: lifecycleEvents.map((event) => hostEventView(event, at, write)),
    ...(waitingFor && { waitingFor }),
  };
}

function hostEventView(
  event: HostEvent,
  at: EpochMilliseconds,
  write: WriteTime,
): TargetPicture['lifecycleEvents'][number] {
  const { lifecycleEventName, status, diagnostics, outputKey } = event;
  return {
    lifecycleEventName,
    status,
    ...spanView(event, at, write),
    ...(diagnostics && { diagnostics }),
    ...(outputKey !== undefined && { hasOutput: true }),
  };
}

/** What a target in flight waits for; undefined once it has ended. */
function waitingOf(
  { status, command, deadline }: ClaimedTarget,
  write: WriteTime,
): TargetPicture['waitingFor'] {
  if (status !== 'InProgress') return undefined;
  if (command === undefined) {
    return { type: 'task', sentence: 'the next lifecycle event', until: write(deadline) };
  }
  const { lifecycleEventName, acknowledgedAt, pickUpBy, behind, endBy } = command;
  if (acknowledgedAt !== undefined) {
    const sentence = `the agent to answer ${lifecycleEventName}`;
    return { type: 'answer', sentence, until: write(endBy ?? deadline) };
  }
  if (pickUpBy === undefined) {
    const sentence = `${behind ?? 'another deployment'} to be done on the host`;
    return { type: 'queue', sentence, until: write(deadline) };
  }
  return {
    type: 'pick-up',
    sentence: `the agent to pick up ${lifecycleEventName}`,
    until: write(pickUpBy),
  };
}
