import { describe, expect, it } from 'vitest';
import { IN_PLACE_LIFECYCLE } from '../../core/deployments/lifecycle.ts';
import type { ParkedTokens } from '../../functions/adapters/parked-tokens.ts';
import { fleetSimulation } from '../support/fleet-simulation.ts';

const HOSTS = 2;
const COMMANDS = HOSTS * IN_PLACE_LIFECYCLE.length;

describe('a task that is throttled at each lifecycle event of each host', () => {
  it.each([
    ['before it has queued the command', 'park'],
    ['after it has queued the command', 'of'],
  ] as const)('%s fails none of them, and queues no command twice', async (_, where) => {
    const fleet = await fleetSimulation(HOSTS);
    const { park, of } = fleet.tokens;
    const throttled = new Set<string>();
    let parkedLast: string | undefined;
    const throttledOnce = (): void => {
      if (parkedLast === undefined || throttled.has(parkedLast)) return;
      throttled.add(parkedLast);
      throw new Error('the table is throttled');
    };
    const tokens: Pick<ParkedTokens, 'park' | 'of'> = {
      park: async (parked, expiresAt) => {
        parkedLast = `${parked.deploymentId} ${parked.entry}`;
        if (where === 'park') throttledOnce();
        await park(parked, expiresAt);
      },
      of: async (id) => {
        if (where === 'of') throttledOnce();
        return of(id);
      },
    };
    Object.assign(fleet.tokens, tokens);
    const id = await fleet.launchFleet({ minimumHealthyHosts: { type: 'HOST_COUNT', value: 1 } });
    await fleet.world.runUntilIdle();
    expect(throttled.size).toBe(COMMANDS);
    expect((await fleet.targets(id)).map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded']);
    const queued = fleet.store.allEvents().filter(({ type }) => type === 'HostCommandQueued');
    expect(queued).toHaveLength(COMMANDS);
  });
});
