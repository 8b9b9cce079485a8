import { describe, expect, it } from 'vitest';
import { outputAnswer, targetTimelineAnswer, targetsAnswer } from '../../../core/views/v1.ts';
import { FIRST, OUTPUT, SECOND, TARGETS, TARGET_TIMELINE, answer, get, load, refusal } from './reading.ts';

describe('GET /v1/deployments/{id}/targets', () => {
  it('answers a fleet in the order of start, each target as it stands', async () => {
    const { targets, ...rest } = await answer(targetsAnswer, TARGETS, FIRST);
    expect(rest).toEqual({ version: '1', deploymentId: FIRST });
    expect(
      targets.map(({ position, targetId, zone, wave, status }) => [position, targetId, zone, wave, status]),
    ).toEqual([
      [1, 'i-0', 'a', 1, 'Succeeded'],
      [2, 'i-1', 'a', 1, 'Succeeded'],
      [3, 'i-2', 'b', 2, 'Failed'],
    ]);
    const [first, , last] = targets;
    expect(first?.lifecycleEvents.map(({ status }) => status)).toEqual([
      'Failed',
      ...Array.from({ length: 6 }, () => 'Succeeded'),
    ]);
    expect(last).toMatchObject({
      message: expect.stringContaining('did not pick up ApplicationStop'),
      lifecycleEvents: [{ status: 'Failed' }, ...Array.from({ length: 6 }, () => ({ status: 'Skipped' }))],
    });
  });

  it('answers page by page, each target once and the last page without a next', async () => {
    const first = await answer(targetsAnswer, TARGETS, FIRST, { limit: '2' });
    expect([first.targets.map(({ targetId }) => targetId), first.nextAfter]).toEqual([['i-0', 'i-1'], 2]);
    const last = await answer(targetsAnswer, TARGETS, FIRST, { limit: '2', after: '2' });
    expect(last.targets.map(({ position, targetId }) => [position, targetId])).toEqual([[3, 'i-2']]);
    expect(last).not.toHaveProperty('nextAfter');
    const whole = await answer(targetsAnswer, TARGETS, FIRST, { limit: '3' });
    expect(whole).not.toHaveProperty('nextAfter');
    expect((await answer(targetsAnswer, TARGETS, FIRST, { after: '3' })).targets).toEqual([]);
  });

  it('says of a target that was never begun that it was skipped, once the deployment has ended', async () => {
    const { targets } = await answer(targetsAnswer, TARGETS, SECOND);
    const untouched = targets.filter(({ startedAt }) => startedAt === undefined);
    expect(untouched.map(({ targetId, status }) => [targetId, status])).toEqual([['i-1', 'Skipped']]);
    expect(untouched[0]).not.toHaveProperty('wave');
  });

  it('is empty for a deployment to a function', async () => {
    expect((await answer(targetsAnswer, TARGETS, 'd-GOLDEN002')).targets).toEqual([]);
  });

  it.each([{ limit: '0' }, { limit: '51' }, { after: 'i-0' }, { status: 'Failed' }])(
    'refuses %j with 400',
    async (parameters) => {
      expect(await refusal(TARGETS, FIRST, parameters)).toMatchObject({
        status: 400,
        code: 'ValidationException',
      });
    },
  );
});

describe('GET /v1/deployments/{id}/targets/{target}/timeline', () => {
  it('tells what happened to it, in sentences, and what that adds up to', async () => {
    const { entries, ...state } = await answer(targetTimelineAnswer, TARGET_TIMELINE, `${FIRST}/i-1`);
    const stored = await load(`target#${FIRST}#i-1`);
    expect(entries.map(({ version, type }) => [version, type])).toEqual(
      stored.map(({ version, type }) => [version, type]),
    );
    expect(entries[0]?.sentence).toBe('i-1 in a is next: wave 1, slot 2');
    const [created] = await load(`deployment#${FIRST}`);
    expect(entries[0]?.elapsedSeconds).toBe(((stored[0]?.at ?? 0) - (created?.at ?? 0)) / 1000);
    const { targets } = await answer(targetsAnswer, TARGETS, FIRST);
    expect(state).toEqual({ version: '1', deploymentId: FIRST, ...targets[1] });
  });

  it('has no entries before it is begun', async () => {
    const { entries, status } = await answer(targetTimelineAnswer, TARGET_TIMELINE, `${SECOND}/i-1`);
    expect({ entries, status }).toEqual({ entries: [], status: 'Skipped' });
  });

  it('is 404 of a target that the deployment does not have', async () => {
    expect(await refusal(TARGET_TIMELINE, `${FIRST}/i-9`)).toEqual({
      status: 404,
      code: 'DeploymentTargetDoesNotExistException',
      message: `The deployment ${FIRST} has no target "i-9".`,
    });
  });

  it('takes no parameters', async () => {
    expect((await refusal(TARGET_TIMELINE, `${FIRST}/i-1`, { limit: '3' })).status).toBe(400);
  });
});

describe('GET /v1/deployments/{id}/targets/{target}/output', () => {
  /** The same log, but that the agent on i-1 has sent what these events wrote. */
  const sent = (...names: readonly string[]) => ({
    load: async (stream: string, from?: number) =>
      (await load(stream, from)).map((event) => {
        const data = JSON.parse(event.data) as { readonly lifecycleEventName?: string };
        const isSent = stream.endsWith('#i-1') && event.type === 'HostEventSucceeded';
        if (!isSent || !names.includes(data.lifecycleEventName ?? '')) return event;
        return { ...event, data: JSON.stringify({ ...data, outputKey: `i-1/${data.lifecycleEventName}` }) };
      }),
  });

  it('lends the address of what the event that failed wrote, for five minutes', async () => {
    expect(await answer(outputAnswer, OUTPUT, `${FIRST}/i-0`)).toEqual({
      version: '1',
      deploymentId: FIRST,
      targetId: 'i-0',
      lifecycleEventName: 'ApplicationStop',
      outputAddress: 'https://outputs.example/outputs/1?signed',
      validUntil: '2026-11-25T12:38:20.000Z',
    });
  });

  it('is that of the last event where none has failed, and of any that is asked for', async () => {
    const store = sent('BeforeInstall', 'Install');
    const last = await get(OUTPUT, `${FIRST}/i-1`, undefined, {}, store);
    expect(last.json).toMatchObject({ outputAddress: 'https://outputs.example/i-1/Install?signed' });
    const asked = await get(OUTPUT, `${FIRST}/i-1`, { lifecycleEventName: 'BeforeInstall' }, {}, store);
    expect(asked.json).toMatchObject({ lifecycleEventName: 'BeforeInstall' });
  });

  /** The same log, but that the agent has lost what ApplicationStop wrote on i-0, and that another event has output. */
  const lost = (agentVersion: string, isNoop = false) => ({
    load: async (stream: string, from?: number) =>
      (await load(stream, from)).map((event) => {
        if (!stream.endsWith('#i-0')) return event;
        const { outputKey: _, ...data } = JSON.parse(event.data) as Record<string, unknown>;
        const told = event.type === 'HostCommandAcknowledged' ? { ...data, agentVersion, isNoop } : data;
        const more = event.type === 'HostEventSucceeded' ? { outputKey: 'i-0/other' } : {};
        return { ...event, data: JSON.stringify({ ...told, ...more }) };
      }),
  });

  it('is never that of another event than the one that failed: it says why that has none, and what is known', async () => {
    const none = await refusal(OUTPUT, `${FIRST}/i-0`, undefined, {}, lost('sluice/1.0.0'));
    expect([none.status, ...none.message.split('\n')]).toEqual([
      404,
      'There is no whole output of ApplicationStop, which failed on "i-0": its scripts wrote nothing, or the agent could not send it. What there is, is on the host: logs/scripts.log in the folder of the deployment.',
      'It ended with: Script at specified location: scripts/stop.sh failed with exit code 1',
      'The end of what it wrote:',
      'LifecycleEvent - ApplicationStop',
      '[stderr]no such process',
    ]);
  });

  it.each([
    ['OFFICIAL_1.8', false, 'and on this host the agent OFFICIAL_1.8 was at work.'],
    ['sluice/1.0.0', true, 'the revision has no script for it.'],
  ])('that is not there is put down to what did the event: %s, %s', async (agent, isNoop, words) => {
    const { message } = await refusal(OUTPUT, `${FIRST}/i-0`, undefined, {}, lost(agent, isNoop));
    expect(message).toContain(words);
    expect(message.includes('only Sluice')).toBe(!isNoop);
  });

  it.each([
    [`${FIRST}/i-2`, 'ApplicationStop', /which failed.* no agent has said that it took up the event/],
    [`${FIRST}/i-2`, 'Install', /Install on "i-2": the event was skipped/],
    [
      `${FIRST}/i-1`,
      'AfterInstall',
      /only Sluice's own agent sends one, and on this host another was at work/,
    ],
    [`${SECOND}/i-1`, 'AfterInstall', /AfterInstall on "i-1": the event is not done/],
    [`${FIRST}/i-1`, undefined, /No lifecycle event on "i-1" has a whole output/],
  ])('of %s that is not there, of %s: %s', async (id, lifecycleEventName, words) => {
    expect(
      await refusal(OUTPUT, id, lifecycleEventName === undefined ? undefined : { lifecycleEventName }),
    ).toMatchObject({ status: 404, message: expect.stringMatching(words) });
  });

  it.each([
    [`${FIRST}/i-1`, undefined, 404, 'OutputDoesNotExistException'],
    [`${SECOND}/i-1`, undefined, 404, 'OutputDoesNotExistException'],
    [`${FIRST}/i-9`, undefined, 404, 'DeploymentTargetDoesNotExistException'],
    [`${FIRST}/i-0`, { lifecycleEventName: 'AllowTraffic' }, 400, 'ValidationException'],
  ])('of %s with %j is %i %s', async (id, parameters, status, code) => {
    expect(await refusal(OUTPUT, id, parameters)).toMatchObject({ status, code });
  });
});
