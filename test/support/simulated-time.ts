import { createHash } from 'node:crypto';
import type { System } from '../../functions/runtime/system.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Counted ids on a virtual clock: the same run gives the same log, to the byte. */
export function simulatedSystem(clock: Pick<VirtualClock, 'now' | 'sleep'>): System {
  let uuids = 0;
  let deployments = 0;
  let secrets = 0;
  return {
    now: clock.now,
    sleep: clock.sleep,
    uuid: () => `00000000-0000-4000-8000-${String((uuids += 1)).padStart(12, '0')}`,
    deploymentId: () => `d-${String((deployments += 1)).padStart(9, '0')}`,
    secret: () => `secret-${(secrets += 1)}`,
    random: () => 0.5,
    sha256: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
  };
}
