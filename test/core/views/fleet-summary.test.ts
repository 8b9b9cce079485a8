import { describe, expect, it } from 'vitest';
import type { ClaimedTarget } from '../../../core/deployments/target-state.ts';
import { deploymentStatusMessages } from '../../../core/views/deployment-status-messages.ts';
import { fleetEnd, summaryOf } from '../../../core/views/fleet-summary.ts';
import { folded } from '../given.ts';
import { deployment } from '../../../core/deployments/deployment.ts';
import { created } from '../deployments/given-fleet-deployment.ts';
import {
  acknowledged,
  allThrough,
  broken,
  claimed,
  done,
  eventFailed,
  queued,
  stateAfter,
  targetFailed,
} from '../deployments/given-target.ts';

const named = (state: ClaimedTarget, targetId: string, endedAt?: number): ClaimedTarget => ({
  ...state,
  claimed: { ...state.claimed, targetId },
  ...(endedAt === undefined ? {} : { endedAt }),
});
const failed = stateAfter([
  claimed(),
  queued('ApplicationStop'),
  acknowledged('ApplicationStop'),
  eventFailed('ApplicationStop'),
  targetFailed('It failed.'),
]);
const silent = stateAfter([claimed(), queued('ApplicationStop', { isSilent: true })]);
const succeededAll = stateAfter([...allThrough, done]);

describe('what is told of a fleet', () => {
  it('counts its targets, those that nobody claimed as skipped once it is over', () => {
    const summary = summaryOf([named(succeededAll, 'a'), named(failed, 'b'), named(succeededAll, 'c')]);
    expect(fleetEnd(5, summary).overview).toEqual({ succeeded: 2, failed: 1, skipped: 2 });
  });

  it('names what failed first, in whatever order the targets come', () => {
    const targets = [named(failed, 'late', 30), named(failed, 'first', 10), named(failed, 'second', 20)];
    expect(fleetEnd(3, summaryOf(targets)).firstFailure).toBe(
      `first failed first: ApplicationStop: ScriptFailed: ${broken.message}`,
    );
    expect(fleetEnd(1, summaryOf([named(succeededAll, 'a')]))).not.toHaveProperty('firstFailure');
  });

  it('names five hosts that are silent and counts the others', () => {
    const state = folded(deployment, [created()]);
    if (state.status === 'Absent') throw new Error('it was created');
    const targets = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => named(silent, id));
    const messages = deploymentStatusMessages(state, summaryOf(targets));
    expect(messages).toHaveLength(6);
    expect(messages[4]).toMatch(/^The agent on e is silent: ApplicationStop waits for it/);
    expect(messages[5]).toBe('2 more agents are silent.');
  });
});
