import { describe, expect, it } from 'vitest';
import { withUnreached } from '../../../core/deployments/agent-issue.ts';
import { type FirstFew, nobody } from '../../../core/first-few.ts';
import type { DeploymentCommand } from '../../../core/deployments/deployment-commands.ts';
import { deployment } from '../../../core/deployments/deployment.ts';
import type { HostEventName } from '../../../core/deployments/lifecycle.ts';
import type { TargetCommand } from '../../../core/deployments/target-commands.ts';
import type { TargetEvent } from '../../../core/deployments/target-events.ts';
import { target } from '../../../core/deployments/target.ts';
import { ISSUED_AT, folded, someone } from '../given.ts';
import { admitted, beginWave, created, finish, hosts, resolved, wave } from './given-fleet-deployment.ts';
import { acknowledged, claimed, fail, giveUp, lose, queued, stateAfter, through } from './given-target.ts';

const queuedOnce = [claimed(), queued('ApplicationStop')];
const unreachedIn = (events: readonly TargetEvent[]) => withUnreached(nobody, stateAfter(events)).names;
const unreachedAfter = (events: readonly TargetEvent[], command: TargetCommand) => {
  const issued = { id: 'command-1', at: ISSUED_AT, actor: someone };
  return unreachedIn([...events, ...target.decide(stateAfter(events), { ...command, ...issued }).events]);
};
const notPickedUp = (name: HostEventName) => giveUp(name, 'It did not pick up.', { isUnreached: true });

describe('a host that was not reached', () => {
  it('is one on which the first command waited in vain', () => {
    expect(unreachedAfter(queuedOnce, notPickedUp('ApplicationStop'))).toEqual(['i-0']);
  });

  it('is none that took a command, whatever became of that and of the next', () => {
    const taken = [...queuedOnce, acknowledged('ApplicationStop')];
    expect(unreachedAfter(taken, giveUp('ApplicationStop', 'It fell silent.'))).toEqual([]);
    const next = [claimed(), ...through('ApplicationStop'), queued('DownloadBundle')];
    expect(unreachedAfter(next, notPickedUp('DownloadBundle'))).toEqual([]);
  });

  it('is none whose agent asked for the command, and could not be told or did not understand what it is', () => {
    expect(unreachedAfter(queuedOnce, fail('ApplicationStop'))).toEqual([]);
    expect(unreachedAfter(queuedOnce, giveUp('ApplicationStop', 'Handed out in vain.'))).toEqual([]);
  });

  it('is none that nobody waited for until its time was over', () => {
    expect(unreachedAfter(queuedOnce, lose)).toEqual([]);
    expect(unreachedIn(queuedOnce)).toEqual([]);
  });
});

describe('a fleet in which too few instances are healthy', () => {
  const order = { minimumHealthyHosts: { type: 'HOST_COUNT', value: 2 } } as const;
  const begun = [created(order), admitted(3, 2), resolved(hosts(3)), wave({ positions: [[0, 3]], slots: 1 })];
  const told = (command: DeploymentCommand) => {
    const issued = { id: 'command-1', at: ISSUED_AT, actor: someone };
    const { events } = deployment.decide(folded(deployment, begun), { ...command, ...issued });
    return events.find(({ type }) => type === 'FailureFound')?.data;
  };
  const finishedWith = (failed: number, unreached: FirstFew) =>
    told(finish({ overview: { succeeded: 1, failed, skipped: 0 }, unreached }));

  it('fails for its agents where no host that failed took any work, and says which those are and what to do', () => {
    expect(finishedWith(2, { count: 2, names: ['i-1', 'i-2'] })).toMatchObject({
      code: 'AGENT_ISSUE',
      message: expect.stringMatching(
        /^No agent picked up work on i-1, i-2\. Check .* `sluice host list` .* Too few instances/,
      ),
    });
    expect(finishedWith(9, { count: 9, names: ['a', 'b', 'c', 'd', 'e'] })).toMatchObject({
      message: expect.stringContaining('a, b, c, d, e and 4 more.'),
    });
  });

  it('does so also where it ends before its time', () => {
    const unreached = { count: 1, names: ['i-0'] };
    const { executionArn } = beginWave([]).data as { readonly executionArn: string };
    const results = ['failed', 'unclaimed', 'unclaimed'] as const;
    const data = { executionArn, results, unreached, policy: { timeScale: 1, bakeGraceSeconds: 0 } };
    expect(told({ type: 'BeginWave', data })).toMatchObject({
      code: 'AGENT_ISSUE',
      message: expect.stringContaining('No agent picked up work on i-0.'),
    });
  });

  it('fails for its health as soon as one of them failed by itself', () => {
    expect(finishedWith(2, { count: 1, names: ['i-1'] })).toMatchObject({ code: 'HEALTH_CONSTRAINTS' });
    expect(finishedWith(2, nobody)).toMatchObject({ code: 'HEALTH_CONSTRAINTS' });
  });
});
