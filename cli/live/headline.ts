import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { actorName } from '../deployment-words.ts';
import { counted } from '../lines.ts';
import { fleetCounts } from './fleet-lines.ts';
import type { Followed, Turn } from './followed.ts';
import type { Tone } from './line.ts';
import { secondsSince, timeWords } from './time-words.ts';

/** How it stands with a deployment, in words. */
export interface Headline {
  readonly glyph: string;
  readonly tone: Tone;
  /** "Stopped at 10 % by alarm checkout-5xx, 14 s ago; rolled back by d-A1B2C3D4E" */
  readonly sentence: string;
  /** What the sentence has no room for. */
  readonly reason?: string;
}

/** `rollback` is the deployment that undoes it, as far as that is known. */
export function headline(
  { state, turn, claimed }: Followed,
  rollback: Followed | undefined,
  now: number,
): Headline {
  const seconds = secondsSince(state.completedAt ?? turn?.event.at ?? now, now);
  const ago = seconds === 0 ? 'just now' : `${timeWords(seconds)} ago`;
  if (state.end?.status === 'Succeeded') {
    const what = state.fleet === undefined ? `all traffic on ${target(state)}` : hostsDone(state, claimed);
    return { glyph: '✓', tone: 'good', sentence: `Succeeded, ${ago}: ${what}` };
  }
  const { cause, reason } = causeOf(state, turn);
  const circumstances =
    state.created.computePlatform === 'Server'
      ? `${cause} with ${hostsDone(state, claimed)}`
      : ` ${placeOfTurn(state, turn)}${cause}`;
  if (state.end?.status === 'Early') {
    const word = state.status === 'Stopped' ? 'Stopped' : 'Failed';
    const sentence = `${word}${circumstances}, ${ago}; ${rollbackWords(state.end.rollback, rollback)}`;
    return { glyph: word === 'Stopped' ? '■' : '✗', tone: 'bad', sentence, ...reason };
  }
  if (state.ending !== undefined) {
    const word = state.ending.status === 'Stopped' ? 'Being stopped' : 'Failing';
    return { glyph: '●', tone: 'warning', sentence: `${word}${circumstances}, ${ago}`, ...reason };
  }
  if (state.fleet !== undefined) return { glyph: '●', tone: 'busy', sentence: hostsDone(state, claimed) };
  if (state.admission === undefined) return { glyph: '○', tone: 'busy', sentence: 'Not admitted yet' };
  return {
    glyph: '●',
    tone: 'busy',
    sentence: `${state.traffic.weight} % of the traffic on ${target(state)}`,
  };
}

function target({ admission }: ExistingDeployment): string {
  return admission === undefined ? 'the new version' : `version ${admission.target.targetVersion}`;
}

/** "4 of 6 hosts done, 1 failed" */
function hostsDone(state: ExistingDeployment, claimed: Followed['claimed']): string {
  if (state.fleet === undefined) return 'no host touched';
  const { Succeeded, Failed } = fleetCounts(state, claimed);
  const failed = Failed === 0 ? '' : `, ${Failed} failed`;
  return `${Succeeded} of ${counted(state.fleet.admitted.targets, 'host')} done${failed}`;
}

function placeOfTurn({ traffic }: ExistingDeployment, turn: Turn | undefined): string {
  return traffic.touched && turn !== undefined ? `at ${turn.weight} %` : 'before any traffic moved';
}

/** An alarm and a person are named at once; every other reason has a paragraph of its own. */
function causeOf(
  state: ExistingDeployment,
  turn: Turn | undefined,
): { readonly cause: string; readonly reason?: { readonly reason: string } } {
  const end = hasEnded(state.status) && state.end?.status === 'Early' ? state.end : state.ending;
  const reason = { reason: end === undefined ? '' : `${end.code}: ${end.message}` };
  // Traffic that could not be put back has put its own words behind the reason.
  const isAlone = end?.message === state.ending?.message;
  if (turn?.event.type === 'AlarmRaised' && turn.event.data.reason === 'ringing') {
    const { alarmNames } = turn.event.data;
    const cause = ` by alarm${alarmNames.length === 1 ? '' : 's'} ${alarmNames.join(', ')}`;
    return isAlone ? { cause } : { cause, reason };
  }
  if (turn?.event.type === 'StopRequested') {
    const cause = ` by ${actorName(turn.event.actor)}`;
    return isAlone ? { cause } : { cause, reason };
  }
  return { cause: '', reason };
}

type Rollback = Extract<NonNullable<ExistingDeployment['end']>, { readonly status: 'Early' }>['rollback'];

function rollbackWords(planned: Rollback, rollback: Followed | undefined): string {
  if (planned.status === 'none') return `not rolled back: ${planned.reason.replace(/\.$/, '')}`;
  switch (rollback?.state.status) {
    case 'Succeeded':
      return `rolled back by ${planned.deploymentId}`;
    case 'Failed':
      return `its rollback ${planned.deploymentId} failed`;
    case 'Stopped':
      return `its rollback ${planned.deploymentId} was stopped`;
    default:
      return `being rolled back by ${planned.deploymentId}`;
  }
}
