import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { HOME, QUOTE, freeFakes, simulation } from '../support/simulation.ts';
import { START_AT, simulatedSluice } from '../support/simulated-sluice.ts';
import { type Outcome, type RecordedCall, type Recording, outcome, recorder } from './recording.ts';
import { stories } from './stories.ts';

/**
 * Each folder beside this file is a release as it was: the definitions of its workflows, and its calls with what they
 * found and what came of them (docs/decisions/0010-upgrade-in-flight.md). An execution keeps its definition until it
 * ends, 50 hours later at most, and calls the functions of today. RECORD_RELEASE=<version> makes the folder of a
 * release that is about to be made: copy the definitions into it and run this file. It is never made again after that.
 */
const releases = readdirSync(import.meta.dirname).filter((name) =>
  existsSync(new URL(`${name}/lambda.asl.json`, import.meta.url)),
);
const folder = (release: string): URL => new URL(`${release}/`, import.meta.url);

const wanted = process.env['RECORD_RELEASE'];
if (wanted !== undefined) await record(wanted);

async function record(release: string): Promise<void> {
  const recordings: Recording[] = [];
  for (const [name, story] of Object.entries(stories)) {
    const sim = await simulation(folder(release));
    const { take } = recorder(sim);
    await story(sim);
    recordings.push(take(name));
  }
  writeFileSync(new URL('calls.json', folder(release)), `${JSON.stringify(recordings)}\n`);
}

describe.each(releases)('release %s', (release) => {
  const recordings = JSON.parse(
    readFileSync(new URL('calls.json', folder(release)), 'utf8'),
  ) as readonly Recording[];

  it('was recorded with every function that a deployment goes through', () => {
    const called = new Set(recordings.flatMap(({ calls }) => calls.map(({ functionName }) => functionName)));
    expect([...called]).toEqual(
      expect.arrayContaining([
        'Admit',
        'AllowTraffic',
        'InvokeHook',
        'Finish',
        'OnEvents',
        'OnAlarm',
        'OnDeadline',
        'OnExecutionStatus',
      ]),
    );
  });

  describe.each(recordings)('in $name', (recording) => {
    it.each(recording.calls.map((call, index) => [index + 1, call.functionName, call] as const))(
      'call %i, of %s, does today what it did then',
      async (_index, _name, call) => {
        const { events, ...rest } = await again(recording, call);
        // A release may add events and members, and take none away.
        expect(withoutAdded(events, call.came.events)).toEqual(call.came.events);
        const { events: _events, ...came } = call.came;
        expect(rest).toMatchObject(came);
      },
    );
  });

  it('an admission that is throttled ends with THROTTLED, since its workflow has no state to wait in', async () => {
    const sim = await simulation(folder(release));
    sim.lambda.failing = () => ({ status: 'throttled', message: 'Rate exceeded' });
    const id = await sim.launch();
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({ status: 'Failed', end: { code: 'THROTTLED' } });
  });

  it.each(Object.entries(stories))('runs to its end with the functions of today: %s', async (story, play) => {
    const sim = await simulation(folder(release));
    await play(sim);
    const created = sim.store.allEvents().filter(({ type }) => type === 'DeploymentCreated');
    expect(created.length).toBeGreaterThan(0);
    for (const { stream } of created) {
      const state = await sim.deployment(stream.slice('deployment#'.length));
      expect(hasEnded(state.status), `${stream} is ${state.status}`).toBe(true);
    }
    const then = recordings.find(({ name }) => name === story);
    expect(endsOf(sim.store.allEvents())).toEqual(
      endsOf(then?.appends.flatMap(({ events }) => events) ?? []),
    );
  });
});

/** Of the events of today those that were there then, in the order of today. */
function withoutAdded(today: readonly string[], then: readonly string[]): readonly string[] {
  return today.filter((type) => then.includes(type));
}

function endsOf(events: readonly { readonly stream: string; readonly type: string }[]): readonly string[] {
  return events
    .filter(({ type }) => ['DeploymentSucceeded', 'DeploymentFailed', 'DeploymentStopped'].includes(type))
    .map(({ stream, type }) => `${stream} ${type}`)
    .sort();
}

/** The same call once more, of the function of today, on all that the release had written until then. */
async function again(recording: Recording, call: RecordedCall): Promise<Outcome> {
  const fakes = freeFakes();
  const { world, memory, base, react, waits, tasks } = simulatedSluice(fakes);
  for (const append of recording.appends.slice(0, call.appendsBefore)) {
    expect(await memory.append(append)).toEqual({ status: 'appended' });
  }
  for (const token of call.parkedBefore) await waits.tokens.park(token, Infinity);
  call.alarms.forEach(([name, state]) => fakes.alarms.set(name, state));
  fakes.lambda.give(QUOTE, call.alias, ['1', '2', '3']);
  fakes.lambda.failing = (operation) =>
    operation === 'update' && call.throttled ? { status: 'throttled', message: 'Rate exceeded' } : undefined;
  // What the call appends is what is looked at, and not what follows from it.
  fakes.lost.stream = true;
  // The ids that were drawn then are not drawn again.
  for (let drawn = 0; drawn < recording.appends.length; drawn += 1) {
    base.system.deploymentId();
    base.system.secret();
  }
  await world.advance(call.at - START_AT);
  const sim = { store: memory, world, tokens: waits.tokens };
  const executions = world.listExecutions().length;
  let came: Outcome | undefined;
  world.clock.track('the call', async () => {
    const answer = await callOf(react, tasks, call);
    came = await outcome(sim, call.appendsBefore, executions, answer);
  });
  await world.advance(0);
  if (came === undefined) throw new Error('the call did not come to its end');
  return came;
}

/** The function of today, by the name that the release called it. */
function callOf(
  react: ReturnType<typeof simulatedSluice>['react'],
  tasks: ReturnType<typeof simulatedSluice>['tasks'],
  { functionName, event }: RecordedCall,
): Promise<unknown> {
  switch (functionName) {
    case 'OnEvents':
      return react.event(event as Parameters<typeof react.event>[0]);
    case 'OnAlarm':
      return react.alarm(event, HOME);
    case 'OnDeadline':
      return react.deadline();
    case 'OnExecutionStatus':
      return react.status(event);
    default: {
      const task = tasks[functionName];
      if (task === undefined) throw new Error(`there is no function ${functionName} any more`);
      return task(event);
    }
  }
}
