import type { ClaimPositions } from '../../functions/adapters/claim-positions.ts';
import { admitFleet } from '../../functions/lifecycle/admit-fleet.ts';
import type { AdmitFleetPorts } from '../../functions/lifecycle/admit-fleet.ts';
import { claim } from '../../functions/lifecycle/claim.ts';
import { hostCommand } from '../../functions/lifecycle/host-command.ts';
import { monitorZone } from '../../functions/lifecycle/monitor-zone.ts';
import { nextWave } from '../../functions/lifecycle/next-wave.ts';
import type { WaitPorts } from '../../functions/runtime/waits.ts';

/** The functions of the states of a fleet's workflows, by the names that the definitions call them. */
export function fleetTasks(ports: AdmitFleetPorts & WaitPorts) {
  const presence = async () => ({ lastPolledAt: ports.system.now() });
  return {
    AdmitFleet: admitFleet(ports),
    NextWave: nextWave(ports),
    MonitorZone: monitorZone(ports),
    Claim: claim({ ...ports, positions: memoryPositions() }),
    HostCommand: hostCommand({ ...ports, signs: { presence } }),
  };
}

export function memoryPositions(): ClaimPositions {
  const given = new Map<string, number>();
  const drawn = new Map<string, number>();
  return {
    given: async (deploymentId, id) => given.get(`${deploymentId} ${id}`),
    draw: async (deploymentId, wave) => {
      const key = `${deploymentId} ${wave}`;
      const next = drawn.get(key) ?? 0;
      drawn.set(key, next + 1);
      return next;
    },
    give: async (deploymentId, id, place) => void given.set(`${deploymentId} ${id}`, place),
  };
}
