import type { EpochMilliseconds } from '../decider.ts';
import type { ExistingDeployment, Fleet } from '../deployments/deployment-state.ts';
import { hasEnded } from '../deployments/deployment-status.ts';
import { waitedFor } from '../deployments/hooks.ts';

export interface Waiting {
  readonly type: 'admission' | 'hook' | 'shift' | 'postponement' | 'bake' | 'restore' | 'task' | 'end';
  /** Goes on "waiting for …". */
  readonly sentence: string;
  /** When it is over, or when the sweep looks after it at the latest. */
  readonly until: EpochMilliseconds;
}

/** What a deployment waits for at `now`, a moment after its last event; undefined once it has ended. */
export function waiting(state: ExistingDeployment, now: EpochMilliseconds): Waiting | undefined {
  if (hasEnded(state.status)) return undefined;
  if (state.ending !== undefined) return waitingForTheEnd(state);
  const hook = waitedFor(state);
  if (hook !== undefined) {
    const sentence = `the answer of ${hook.functionName} to ${hook.lifecycleEventName}`;
    return { type: 'hook', sentence, until: hook.answerBy };
  }
  const until = Math.min(state.deadline, state.created.ceiling);
  if (state.fleet !== undefined) return waitingForHosts(state.fleet, now, until);
  if (state.admission === undefined) return waitingForAdmission(state, now, until);
  return waitingForTraffic(state, now) ?? { type: 'task', sentence: 'the next task of its workflow', until };
}

function waitingForAdmission(
  { postponedAdmission: postponed }: ExistingDeployment,
  now: EpochMilliseconds,
  until: EpochMilliseconds,
): Waiting {
  return postponed !== undefined && now < postponed.waitsUntil
    ? {
        type: 'postponement',
        sentence: `the next attempt to admit it (${postponed.message})`,
        until: postponed.waitsUntil,
      }
    : { type: 'admission', sentence: 'its admission', until };
}

function waitingForHosts(
  { wave, watching }: Fleet,
  now: EpochMilliseconds,
  until: EpochMilliseconds,
): Waiting {
  if (watching !== undefined && now < watching.endsAt) {
    const sentence = `the watch over the zone ${watching.zone} to end`;
    return { type: 'bake', sentence, until: watching.endsAt };
  }
  const sentence = wave === undefined ? 'its first hosts' : `the hosts of wave ${wave.wave}`;
  return { type: 'task', sentence, until };
}

function waitingForTheEnd({ traffic, restore, deadline }: ExistingDeployment): Waiting {
  return traffic.touched && restore?.status !== 'done'
    ? { type: 'restore', sentence: 'the traffic to be put back whole', until: deadline }
    : { type: 'end', sentence: 'its end to be recorded', until: deadline };
}

function waitingForTraffic(
  { traffic, admission, deadline }: ExistingDeployment,
  now: EpochMilliseconds,
): Waiting | undefined {
  const { inFlight, bakeEndsAt, step, weight } = traffic;
  if (inFlight !== undefined) {
    const wanted = `${admission?.steps[inFlight.step - 1]?.weight ?? weight} % of the traffic`;
    const { waitsUntil, message } = inFlight;
    return waitsUntil !== undefined && now < waitsUntil
      ? {
          type: 'postponement',
          sentence: `the next attempt to move ${wanted} (${message ?? 'held'})`,
          until: waitsUntil,
        }
      : { type: 'shift', sentence: `${wanted} to be moved`, until: deadline };
  }
  if (bakeEndsAt === undefined || now >= bakeEndsAt) return undefined;
  return { type: 'bake', sentence: `the bake of step ${step} at ${weight} % to end`, until: bakeEndsAt };
}
