import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { writeUnits } from '../../cli/deployment-cost.ts';
import type { Executions } from '../../cli/executions.ts';
import { itemBytes, transactionalWriteUnits } from '../../core/cost/write-units.ts';
import type { HistoryEvent } from '../../core/cost/state-transitions.ts';
import type { RowKey } from '../../core/decider.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { headsOf } from '../../functions/adapters/event-store.ts';
import type { FleetSimulation } from '../support/fleet-simulation.ts';
import { fleetSimulation } from '../support/fleet-simulation.ts';
import { memoryTables, sluice } from './memory-tables.ts';

const HOSTS = 6;

/** Two at a time. */
async function deployed() {
  const fleet = await fleetSimulation(HOSTS);
  const minimumHealthyHosts = { type: 'HOST_COUNT', value: HOSTS - 2 } as const;
  const registered = fleet.store.allAppends().length;
  const id = await fleet.launchFleet({ minimumHealthyHosts });
  await fleet.world.runUntilIdle();
  return { fleet, id, appends: fleet.store.allAppends().slice(registered) };
}

/** As Step Functions would tell of what the interpreter has done. */
function executionsOf({ world }: FleetSimulation): Executions {
  const all = world.listExecutions().map(({ executionArn }) => executionArn);
  return {
    named: (platform, name) => {
      const machine = platform === 'Server' ? 'InPlace' : 'Lambda';
      return all.find((arn) => arn.endsWith(`:${machine}:${name}`)) ?? '';
    },
    history: async (arn) =>
      world.history(arn).states.flatMap(({ type, stateName }): readonly HistoryEvent[] => {
        const entered = { type: `${type}StateEntered` };
        if (type !== 'Task') return [entered];
        const resourceType = stateName === 'RunInstance' ? 'states' : 'lambda';
        return [entered, { type: 'TaskScheduled', resourceType }];
      }),
    children: async () => [],
    slots: async () => all.filter((arn) => arn.includes('/RunWave:')),
  };
}

it('sluice cost of a fleet counts its slots and its hosts with it', async () => {
  const { fleet, id, appends } = await deployed();
  const connection = { executions: executionsOf(fleet) };
  const { printed, noted } = await sluice(
    memoryTables(fleet.store),
    ['cost', id, '--json'],
    undefined,
    connection,
  );
  const { deployments } = JSON.parse(printed[0] ?? '') as { readonly deployments: readonly object[] };
  expect(noted).toEqual([]);

  const histories = fleet.world.listExecutions().map(({ executionArn }) => fleet.world.history(executionArn));
  const stateTransitions = histories.reduce((sum, { transitions }) => sum + transitions, 0);
  // The deployment's own 8; a claim, its run and seven events of each host; the last claim of a slot, and its end.
  expect(stateTransitions).toBe(8 + HOSTS * 9 + 2 * 2);
  const tasks = 4 + HOSTS * 8 + 2;
  const commands = HOSTS * 7;
  expect(deployments).toEqual([
    {
      deploymentId: id,
      status: 'Succeeded',
      computePlatform: 'Server',
      stateTransitions,
      writeRequestUnits: unitsOf(appends),
      // The tasks; two at the stream for each append; of a command five; who asked for it.
      lambdaRequests: tasks + 2 * appends.length + 5 * commands + 1,
      topicPublishes: appends.flatMap(({ events }) => events).length,
      busEvents: 2 + 2 * HOSTS,
      dollars: expect.any(Number) as unknown,
    },
  ]);
});

/** By what was appended, whatever the log tells of it afterwards. A row that is only checked is a small one. */
function unitsOf(appends: Awaited<ReturnType<typeof deployed>>['appends']): number {
  const present = new Map<string, number>();
  return appends.reduce((sum, append) => {
    const events = append.events.map((event) => itemBytes({ ...event }));
    const heads = headsOf(append).map(({ stream, version, hash }) =>
      itemBytes({ ...rowKeys.head(stream), owner: stream, version, hash }),
    );
    const rows = append.rows.map(({ type, row }) => {
      const key = `${row.pk} ${row.sk}`;
      const after = type === 'put' ? itemBytes({ ...row }) : 0;
      const before = present.get(key) ?? 0;
      present.set(key, after);
      return Math.max(before, after);
    });
    const checked = append.required.map(() => 0);
    const sizes = [...events, ...heads, ...rows, ...checked];
    return sum + sizes.reduce((units, size) => units + transactionalWriteUnits(size), 0);
  }, 0);
}

it('reads a row that many hosts have checked once, and few rows at the same time', async () => {
  let open = 0;
  let most = 0;
  const read: string[] = [];
  const get = async (key: RowKey) => {
    open += 1;
    most = Math.max(most, open);
    read.push(key.sk);
    await setImmediate();
    open -= 1;
    return { ...key, owner: 'deployment#d-1', data: '{}' };
  };
  const reader = { ...memoryTables((await fleetSimulation(1)).store).reader, get };
  const checked = Array.from({ length: 3000 }, (_, index) => ({
    stream: 'target#1',
    size: { type: 'checked', key: { pk: 'row', sk: String(index % 1000) } } as const,
  }));
  expect(await writeUnits(reader, checked)).toBe(2 * 3000);
  expect(read).toHaveLength(1000);
  expect(most).toBe(20);
});
