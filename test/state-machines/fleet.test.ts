import { describe, expect, it } from 'vitest';
import { IN_PLACE_LIFECYCLE } from '../../core/deployments/lifecycle.ts';
import { targetStream } from '../../core/deployments/target-stream.ts';
import type { FleetLaunch } from '../support/fleet-simulation.ts';
import { fleetSimulation } from '../support/fleet-simulation.ts';

const oneAtATime: FleetLaunch = {
  configName: 'CodeDeployDefault.OneAtATime',
  minimumHealthyHosts: { type: 'MOST_CONCURRENCY', value: 1 },
};
const allAtOnce: FleetLaunch = { minimumHealthyHosts: { type: 'HOST_COUNT', value: 0 } };
const previous = {
  deploymentId: 'd-GOODGOODG',
  revision: {
    revisionId: 'good',
    location: { revisionType: 'S3', bucket: 'b', key: 'k', bundleType: 'tgz' },
  },
  fileExistsBehavior: 'RETAIN',
} as const;

describe('a deployment to a fleet', () => {
  it('leads every host through every lifecycle event in order, with twelve transitions a host at most', async () => {
    const fleet = await fleetSimulation(20);
    const id = await fleet.launchFleet(allAtOnce);
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).status).toBe('Succeeded');
    for (const { lifecycleEvents } of await fleet.targets(id)) {
      expect(lifecycleEvents.map(({ lifecycleEventName }) => lifecycleEventName)).toEqual(IN_PLACE_LIFECYCLE);
      expect(lifecycleEvents.every(({ status }) => status === 'Succeeded')).toBe(true);
    }
    const executions = fleet.world.listExecutions().map(({ executionArn }) => executionArn);
    const transitions = executions.map((arn) => fleet.world.history(arn).transitions);
    const own = fleet.world.history(executions[0] ?? '').transitions;
    const total = transitions.reduce((sum, count) => sum + count, 0);
    expect((total - own) / 20).toBeLessThanOrEqual(12);
    expect(own).toBeLessThanOrEqual(8);
  });

  it.each([
    ['tgz', 'Failed'],
    ['tar', 'Failed'],
    ['zip', 'Succeeded'],
  ] as const)(
    'with instances that run Windows and a revision that is a %s has %s',
    async (bundleType, status) => {
      const fleet = await fleetSimulation(2);
      fleet.instances = fleet.instances.map((one, index) =>
        index === 1 ? { ...one, isWindows: true } : one,
      );
      const location = { revisionType: 'S3', bucket: 'b', key: 'k', bundleType } as const;
      const id = await fleet.launchFleet({ ...allAtOnce, location });
      await fleet.world.runUntilIdle();
      const ended = await fleet.deployment(id);
      expect(ended.status).toBe(status);
      if (status === 'Succeeded') return;
      expect(ended.end).toMatchObject({ code: 'INVALID_REVISION' });
      expect(JSON.stringify(ended.end)).toContain(
        'which instances that run Windows do not unpack: web-02. Make a zip',
      );
      expect(await fleet.targets(id)).toEqual([]);
    },
  );

  it('that is stopped lets hosts finish what they are at work on, takes back what they have not begun, and rolls back where asked', async () => {
    const fleet = await fleetSimulation(4);
    fleet.does = (targetId, event, deploymentId) => {
      if (deploymentId !== id || event !== 'ApplicationStop') return 'succeeds';
      return targetId === 'web-01' ? 'hangs' : 'is silent';
    };
    const id = await fleet.launchFleet({
      minimumHealthyHosts: { type: 'HOST_COUNT', value: 2 },
      order: { previous },
      rollbackOn: ['DEPLOYMENT_STOP_ON_REQUEST'],
    });
    await fleet.world.advance(60_000);
    await fleet.stop(id);
    await fleet.world.advance(60_000);
    // The host that took its command is left to it; the other has lost it at once.
    const [one, two] = await fleet.targets(id);
    expect([one?.status, two?.status]).toEqual(['InProgress', 'Skipped']);
    expect((await fleet.deployment(id)).end).toBeUndefined();
    await fleet.world.runUntilIdle();
    const stopped = await fleet.deployment(id);
    expect(stopped.end).toMatchObject({ status: 'Early', code: 'MANUAL_STOP' });
    const rollback = await fleet.rollbackOf(id);
    expect(rollback).toMatchObject({
      status: 'Succeeded',
      created: {
        revision: previous.revision,
        rollbackOf: { deploymentId: id },
        fleet: { fileExistsBehavior: 'RETAIN' },
      },
    });
    expect((await fleet.targets(rollback?.created.deploymentId ?? '')).length).toBe(4);
  });

  it('whose alarm rings begins nothing more', async () => {
    const fleet = await fleetSimulation(3);
    fleet.alarms.set('web-5xx', 'OK');
    fleet.does = (_, event) => (event === 'Install' ? 'hangs' : 'succeeds');
    const id = await fleet.launchFleet({ ...oneAtATime, alarms: ['web-5xx'] });
    await fleet.world.advance(40_000);
    await fleet.ring('web-5xx');
    await fleet.world.runUntilIdle();
    expect(await fleet.deployment(id)).toMatchObject({ status: 'Stopped', end: { code: 'ALARM_ACTIVE' } });
    expect((await fleet.targets(id)).map(({ status }) => status)).toEqual(['Failed']);
  });

  it('begins nothing before it has seen its alarms, however long the look at them is throttled', async () => {
    const fleet = await fleetSimulation(3);
    fleet.alarms.set('web-5xx', 'ALARM');
    let looks = 0;
    fleet.blind = () => {
      looks += 1;
      return looks <= 2 ? { status: 'throttled', message: 'Rate exceeded' } : undefined;
    };
    const id = await fleet.launchFleet({ ...allAtOnce, alarms: ['web-5xx'] });
    await fleet.world.runUntilIdle();
    expect(fleet.types(id).slice(1, 4)).toEqual([
      'AdmissionPostponed',
      'AdmissionPostponed',
      'FleetAdmitted',
    ]);
    expect(await fleet.deployment(id)).toMatchObject({ status: 'Stopped', end: { code: 'ALARM_ACTIVE' } });
    expect(await fleet.targets(id)).toEqual([]);
  });

  it('that begins while an alarm rings touches no host, wherever its admission is cut off', async () => {
    const fleet = await fleetSimulation(2);
    fleet.alarms.set('web-5xx', 'ALARM');
    const { appended } = fleet;
    fleet.appended = (event) => {
      if (event.type === 'FleetAdmitted') fleet.deaf.add(event.stream);
      appended(event);
    };
    fleet.around = async (_, __, call) => {
      fleet.deaf.clear();
      return call();
    };
    const id = await fleet.launchFleet({ ...allAtOnce, alarms: ['web-5xx'] });
    await fleet.world.runUntilIdle();
    expect(await fleet.deployment(id)).toMatchObject({ status: 'Stopped', end: { code: 'ALARM_ACTIVE' } });
    expect(await fleet.targets(id)).toEqual([]);
  });

  it('goes on after a failed ApplicationStop where it was told to, and shows the failure', async () => {
    const fleet = await fleetSimulation(1);
    fleet.does = (_, event) => (event === 'ApplicationStop' ? 'fails' : 'succeeds');
    const id = await fleet.launchFleet({ ...oneAtATime, order: { ignoreApplicationStopFailures: true } });
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).status).toBe('Succeeded');
    const [target] = await fleet.targets(id);
    expect(target?.lifecycleEvents[0]).toMatchObject({ status: 'Failed' });
    expect(target?.lifecycleEvents[1]).toMatchObject({ status: 'Succeeded' });
  });

  it('fails a host that never asks after five minutes, in words', async () => {
    const fleet = await fleetSimulation(2);
    fleet.does = (targetId) => (targetId === 'web-01' ? 'is silent' : 'succeeds');
    const id = await fleet.launchFleet({ minimumHealthyHosts: { type: 'HOST_COUNT', value: 1 } });
    await fleet.world.runUntilIdle();
    const { end, completedAt, createdAt } = await fleet.deployment(id);
    expect(end).toMatchObject({
      code: 'AGENT_ISSUE',
      message: expect.stringMatching(/^No agent picked up work on web-01\. /),
    });
    expect(((completedAt ?? 0) - createdAt) / 60_000).toBeLessThan(7);
    const [silent] = await fleet.targets(id);
    expect(silent?.lifecycleEvents[0]?.diagnostics?.message).toMatch(/did not pick up/);
  });

  it('goes zone by zone, and watches each before the next', async () => {
    const zones = ['a', 'a', 'b', 'b'];
    const fleet = await fleetSimulation(4, zones);
    const id = await fleet.launchFleet({ ...allAtOnce, order: { zonal: { monitorDurationInSeconds: 600 } } });
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).status).toBe('Succeeded');
    const waves = fleet.events(id).filter(({ type }) => type === 'WaveStarted' || type.startsWith('Zone'));
    expect(waves.map(({ type, data }) => [type, (data as { readonly zone?: string }).zone])).toEqual([
      ['WaveStarted', 'a'],
      ['ZoneMonitoringStarted', 'a'],
      ['WaveStarted', 'b'],
    ]);
    const claims = await fleet.targets(id);
    const at = (zone: string) => claims.filter(({ claimed }) => claimed.zone === zone);
    const first = Math.max(...at('a').map(({ endedAt = 0 }) => endedAt));
    const second = Math.min(...at('b').map(({ claimedAt }) => claimedAt));
    expect(second - first).toBeGreaterThanOrEqual(600_000);
  });

  it('waits with a zone that cannot be watched at the moment, and does not ask again and again', async () => {
    const fleet = await fleetSimulation(2, ['a', 'b']);
    const { park } = fleet.tokens;
    const refusedAt: number[] = [];
    const refuseFour: typeof park = async (parked, expiresAt) => {
      if (!parked.entry.startsWith('MonitorZone') || refusedAt.length === 4) return park(parked, expiresAt);
      refusedAt.push(fleet.world.clock.now());
      throw new Error('the table is throttled');
    };
    Object.assign(fleet.tokens, { park: refuseFour });
    const id = await fleet.launchFleet({ ...allAtOnce, order: { zonal: { monitorDurationInSeconds: 600 } } });
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).status).toBe('Succeeded');
    const pauses = refusedAt.slice(1).map((at, index) => (at - (refusedAt[index] ?? 0)) / 1000);
    expect(pauses).toEqual([15, 30, 60]);
  });

  it('whose workflow is killed ends, and rolls back, and touches nothing more in between', async () => {
    const fleet = await fleetSimulation(3);
    const id = await fleet.launchFleet({
      ...oneAtATime,
      order: { previous },
      rollbackOn: ['DEPLOYMENT_FAILURE'],
    });
    await fleet.world.advance(30_000);
    const [execution] = fleet.world.listExecutions();
    fleet.world.stopExecution(execution?.executionArn ?? '', 'Killed', 'by hand');
    await fleet.world.runUntilIdle();
    expect(await fleet.deployment(id)).toMatchObject({ status: 'Failed', end: { code: 'INTERNAL_ERROR' } });
    expect(await fleet.rollbackOf(id)).toMatchObject({ status: 'Succeeded' });
    expect(await fleet.targets(id)).toHaveLength(1);
  });

  it('none of whose targets can be claimed is tried again for minutes, and then fails and says so', async () => {
    const fleet = await fleetSimulation(2);
    const id = await fleet.launchFleet({
      ...allAtOnce,
      order: { previous },
      rollbackOn: ['DEPLOYMENT_FAILURE'],
    });
    const streams = ['web-01', 'web-02'].map((targetId) => targetStream(id, targetId));
    for (const stream of streams) fleet.deaf.add(stream);
    await fleet.world.runUntilIdle();
    const failed = await fleet.deployment(id);
    expect(failed).toMatchObject({ status: 'Failed', end: { code: 'INTERNAL_ERROR' } });
    expect(fleet.types(id).filter((type) => type === 'WaveStarted')).toHaveLength(8);
    // No host was touched.
    expect(await fleet.rollbackOf(id)).toBeUndefined();
    const minutes = ((failed.completedAt ?? 0) - failed.createdAt) / 60_000;
    expect(minutes).toBeGreaterThan(3);
    expect(minutes).toBeLessThan(10);
  });

  it('whose targets could not be claimed for a while goes on once they can', async () => {
    const fleet = await fleetSimulation(2);
    const id = await fleet.launchFleet(allAtOnce);
    const streams = ['web-01', 'web-02'].map((targetId) => targetStream(id, targetId));
    for (const stream of streams) fleet.deaf.add(stream);
    await fleet.world.advance(120_000);
    fleet.deaf.clear();
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).status).toBe('Succeeded');
  });

  it('whose every signal is lost is brought to its end by the sweep', async () => {
    const fleet = await fleetSimulation(2);
    fleet.lost.wake = true;
    const id = await fleet.launchFleet(allAtOnce);
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).end).toBeDefined();
  });

  it('has a stream for each target, and none for those that nobody claimed', async () => {
    const fleet = await fleetSimulation(3);
    fleet.does = () => 'fails';
    const id = await fleet.launchFleet(oneAtATime);
    await fleet.world.runUntilIdle();
    const streams = new Set(fleet.store.allEvents().map(({ stream }) => stream));
    expect(streams.has(targetStream(id, 'web-01'))).toBe(true);
    expect(streams.has(targetStream(id, 'web-02'))).toBe(false);
  });
});
