import type { Positions } from '../../../core/deployments/fleet-events.ts';
import type { FleetProgress, TargetResult } from '../../../core/deployments/fleet-plan.ts';
import {
  forbidsAnyStart,
  isFleetSuccessful,
  minimumHealthy,
  nextStep,
  positionAt,
} from '../../../core/deployments/fleet-plan.ts';
import type { MinimumHealthyHosts } from '../../../core/registry/minimum-healthy-hosts.ts';

export interface Config {
  readonly name: string;
  readonly minimum: MinimumHealthyHosts;
}

export const hostCount = (value: number): Config => ({ name: 'own', minimum: { type: 'HOST_COUNT', value } });
export const percent = (value: number): Config => ({
  name: 'own',
  minimum: { type: 'FLEET_PERCENT', value },
});
export const predefined = (name: string, minimum: MinimumHealthyHosts): Config => ({
  name: `CodeDeployDefault.${name}`,
  minimum,
});
export const allAtOnce = predefined('AllAtOnce', { type: 'HOST_COUNT', value: 0 });
export const halfAtATime = predefined('HalfAtATime', { type: 'FLEET_PERCENT', value: 50 });
export const oneAtATime = predefined('OneAtATime', { type: 'MOST_CONCURRENCY', value: 1 });

export interface Told {
  readonly end: 'Succeeded' | 'Failed' | 'invalid';
  readonly counts: { readonly succeeded: number; readonly failed: number; readonly skipped: number };
  readonly mostInFlight: number;
  /** The most that were failed or in flight at once. */
  readonly mostUnavailable: number;
  /** How many were in flight at once at the most once the first had failed. */
  readonly mostAfterFailure: number;
  readonly waves: readonly (Positions | string)[];
}

export type Zones = Pick<FleetProgress, 'zones' | 'zonal'>;

/** Slots claim what is next, and the host that began first is always the first to end: as `fails` says. */
export function deploy(hosts: number, config: Config, fails: readonly number[] = [], zones?: Zones): Told {
  const minimum = minimumHealthy(config.name, config.minimum, hosts);
  const results: TargetResult[] = Array.from({ length: hosts }, () => 'unclaimed');
  const of = (wanted: TargetResult) => results.filter((result) => result === wanted).length;
  const most = { inFlight: 0, unavailable: 0, afterFailure: 0 };
  const waves: (Positions | string)[] = [];
  let lastZone: FleetProgress['lastZone'];
  const told = (end: Told['end']): Told => ({
    end,
    counts: { succeeded: of('succeeded'), failed: of('failed'), skipped: of('unclaimed') },
    mostInFlight: most.inFlight,
    mostUnavailable: most.unavailable,
    mostAfterFailure: most.afterFailure,
    waves,
  });
  if (forbidsAnyStart(minimum, hosts)) return told('invalid');
  for (;;) {
    const step = nextStep({
      results,
      zones: zones?.zones ?? results.map(() => undefined),
      minimumHealthy: minimum,
      ...(zones?.zonal === undefined ? {} : { zonal: zones.zonal }),
      ...(lastZone === undefined ? {} : { lastZone }),
    });
    if (step.type === 'exhausted') return told('Failed');
    if (step.type === 'done')
      return told(isFleetSuccessful(of('succeeded'), minimum, hosts) ? 'Succeeded' : 'Failed');
    if (step.type === 'watch-zone') {
      waves.push(`watch ${step.zone} for ${step.seconds} s`);
      lastZone = { zone: step.zone, isWatched: true };
      continue;
    }
    waves.push(step.positions);
    if (step.zone !== undefined) lastZone = { zone: step.zone, isWatched: false };
    runWave(step, results, fails, () => {
      most.inFlight = Math.max(most.inFlight, of('in-flight'));
      most.unavailable = Math.max(most.unavailable, of('in-flight') + of('failed'));
      if (of('failed') > 0) most.afterFailure = Math.max(most.afterFailure, of('in-flight'));
    });
  }
}

function runWave(
  { positions, slots }: { readonly positions: Positions; readonly slots: number },
  results: TargetResult[],
  fails: readonly number[],
  look: () => void,
): void {
  let claims = 0;
  const inFlight: number[] = [];
  const claim = (): void => {
    const position = positionAt(positions, claims);
    if (position === undefined) return;
    claims += 1;
    results[position] = 'in-flight';
    inFlight.push(position);
    look();
  };
  for (let slot = 0; slot < slots; slot += 1) claim();
  for (let ended = inFlight.shift(); ended !== undefined; ended = inFlight.shift()) {
    results[ended] = fails.includes(ended) ? 'failed' : 'succeeded';
    look();
    if (!fails.includes(ended)) claim();
  }
}

/** So many positions, from the first one or another. */
export const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
