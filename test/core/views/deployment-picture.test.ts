import { describe, expect, it } from 'vitest';
import type { DeploymentEvent } from '../../../core/deployments/deployment-events.ts';
import { evolve } from '../../../core/deployments/deployment-evolution.ts';
import { type Deployment, absent } from '../../../core/deployments/deployment-state.ts';
import { SUCCESS } from '../../../core/deployments/lifecycle.ts';
import { deploymentPicture } from '../../../core/views/deployment-picture.ts';
import { recorded } from '../../../functions/runtime/history.ts';
import { goldenHistory } from '../deployments/golden-history.ts';

const store = await goldenHistory();
const write = (at: number) => new Date(at).toISOString();

/** The picture of the first events of a deployment of the golden history, with others behind them, `later` ms after the last. */
async function picture(
  id: string,
  versions: number,
  { then = [], later = 0 }: { readonly then?: readonly DeploymentEvent[]; readonly later?: number } = {},
) {
  const stored = await store.load(`deployment#${id}`);
  const events = stored.slice(0, versions).map((event) => recorded<DeploymentEvent>(event));
  const last = events.at(-1);
  if (last === undefined) throw new Error(`there is no ${id}`);
  const more = then.map((event) => ({ ...last, ...event }));
  const state = [...events, ...more].reduce<Deployment>(evolve, absent);
  if (state.status === 'Absent') throw new Error(`${id} is absent`);
  return { at: last.at, deadline: state.deadline, ...deploymentPicture(state, last.at + later, write) };
}

describe('what a deployment waits for', () => {
  it.each([
    ['d-GOLDEN002', 1, 0, 'admission', 'its admission', 'its deadline'],
    ['d-GOLDEN002', 2, 0, 'task', 'the next task of its workflow', 'its deadline'],
    ['d-GOLDEN002', 5, 0, 'shift', '20 % of the traffic to be moved', 'its deadline'],
    ['d-GOLDEN002', 6, 0, 'bake', 'the bake of step 1 at 20 % to end', 119_790],
    ['d-GOLDEN002', 6, 120_000, 'task', 'the next task of its workflow', 'its deadline'],
    ['d-GOLDEN002', 7, 0, 'restore', 'the traffic to be put back whole', 'its deadline'],
    ['d-GOLDEN002', 9, 0, 'end', 'its end to be recorded', 'its deadline'],
    ['d-GOLDEN005', 2, 0, 'postponement', 'the next attempt to admit it (Rate exceeded)', 15_000],
    ['d-GOLDEN005', 2, 15_000, 'admission', 'its admission', 'its deadline'],
    [
      'd-GOLDEN004',
      6,
      0,
      'postponement',
      'the next attempt to move 20 % of the traffic (Rate exceeded)',
      15_000,
    ],
    ['d-GOLDEN004', 6, 15_000, 'shift', '20 % of the traffic to be moved', 'its deadline'],
  ])('%s after %i events and %i ms is %s: %s', async (id, versions, later, type, sentence, until) => {
    const { at, deadline, waitingFor } = await picture(id, versions, { later });
    expect(waitingFor).toMatchObject({ type, sentence });
    expect(waitingFor?.until).toBe(write(typeof until === 'number' ? at + until : deadline));
  });

  it('is nothing once it has ended', async () => {
    for (const id of ['d-GOLDEN001', 'd-GOLDEN002', 'd-GOLDEN005']) {
      expect(await picture(id, 100)).not.toHaveProperty('waitingFor');
    }
  });
});

describe('the traffic', () => {
  it.each([
    ['d-GOLDEN002', 2, 0, 0],
    ['d-GOLDEN002', 5, 0, 20],
    ['d-GOLDEN002', 6, 20, 20],
    ['d-GOLDEN002', 7, 20, 0],
    ['d-GOLDEN002', 9, 0, 0],
    ['d-GOLDEN003', 2, 100, 100],
    ['d-GOLDEN001', 100, 100, 100],
  ])('of %s after %i events is at %i % and wanted at %i %', async (id, versions, weight, wantedWeight) => {
    expect((await picture(id, versions)).traffic).toMatchObject({ weight, wantedWeight });
  });

  it('is not known before the admission', async () => {
    expect(await picture('d-GOLDEN002', 1)).not.toHaveProperty('traffic');
  });

  it('stays wanted where it was when nobody could bring it back', async () => {
    const { traffic, deploymentStatusMessages } = await picture('d-GOLDEN005', 100);
    expect(traffic).toMatchObject({ weight: 0, wantedWeight: 0 });
    expect(deploymentStatusMessages.join(' ')).toContain('may still divide its traffic');
  });
});

describe('a validation function', () => {
  const hooks = { beforeAllowTraffic: 'CodeDeployHook_check' };
  const invoked = (answerBy: number): readonly DeploymentEvent[] => [
    { type: 'LifecycleEventStarted', data: { lifecycleEventName: 'BeforeAllowTraffic' } },
    {
      type: 'HookInvoked',
      data: {
        lifecycleEventName: 'BeforeAllowTraffic',
        functionName: hooks.beforeAllowTraffic,
        hookExecutionIdHash: 'f'.repeat(64),
        answerBy,
        deadline: answerBy + 1,
      },
    },
  ];
  const admittedWithHooks = async (): Promise<DeploymentEvent> => {
    const [, admitted] = await store.load('deployment#d-GOLDEN002');
    const event = recorded<DeploymentEvent>(admitted ?? (undefined as never));
    if (event.type !== 'DeploymentAdmitted') throw new Error('the second event is no admission');
    return { type: event.type, data: { ...event.data, hooks } };
  };

  it('is named, and waited for until it must have answered', async () => {
    const then = [await admittedWithHooks(), ...invoked(1_800_000_000_000)];
    const { waitingFor, lifecycleEvents } = await picture('d-GOLDEN002', 1, { then, later: 2_500 });
    expect(waitingFor).toEqual({
      type: 'hook',
      sentence: 'the answer of CodeDeployHook_check to BeforeAllowTraffic',
      until: '2027-01-15T08:00:00.000Z',
    });
    expect(lifecycleEvents[0]).toMatchObject({
      status: 'InProgress',
      functionName: 'CodeDeployHook_check',
      durationSeconds: 2.5,
    });
    expect(JSON.stringify(lifecycleEvents)).not.toContain('ffff');
  });

  it('is shown with what it said', async () => {
    const diagnostics = { ...SUCCESS, message: '42 prices compared', logTail: 'START …' };
    const answered = {
      type: 'LifecycleEventSucceeded',
      data: { lifecycleEventName: 'BeforeAllowTraffic', diagnostics },
    } as const;
    const then = [await admittedWithHooks(), ...invoked(1_800_000_000_000), answered];
    const { lifecycleEvents, waitingFor } = await picture('d-GOLDEN002', 1, { then });
    expect(lifecycleEvents[0]).toMatchObject({ status: 'Succeeded', diagnostics });
    expect(waitingFor?.type).toBe('task');
  });
});
