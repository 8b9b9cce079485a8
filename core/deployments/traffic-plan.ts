import { unreachable } from '../unreachable.ts';

/** How a deployment moves traffic, as a checked configuration states it. Percentages are whole, intervals minutes. */
export type TrafficRoutingConfig =
  | { readonly type: 'AllAtOnce' }
  | {
      readonly type: 'TimeBasedCanary';
      readonly timeBasedCanary: { readonly canaryPercentage: number; readonly canaryInterval: number };
    }
  | {
      readonly type: 'TimeBasedLinear';
      readonly timeBasedLinear: { readonly linearPercentage: number; readonly linearInterval: number };
    };

/** One shift: the percentage on the new version, and how long it is watched there. The last one has no bake. */
export type TrafficStep = {
  readonly weight: number;
  readonly bakeMinutes?: number;
};

const ALL_TRAFFIC_PERCENT = 100;

/**
 * The shifts of a deployment, in order. The first is made at once, each next one when the bake before it is over.
 * Percentages accumulate, and the last step is whatever reaches 100: a canary is [its percentage, 100]; a linear
 * plan of 33 % is [33, 66, 99, 100]; all at once is [100]. Weights strictly increase and end at 100.
 *
 * `config` has passed the rules of custom configurations (registry/traffic-routing-rules.ts), so that a percentage is
 * 1 to 99, there are at most 100 steps, and all bakes together stay within 2880 minutes.
 */
export function trafficPlan(config: TrafficRoutingConfig): readonly TrafficStep[] {
  switch (config.type) {
    case 'AllAtOnce':
      return [{ weight: ALL_TRAFFIC_PERCENT }];
    case 'TimeBasedCanary': {
      const { canaryPercentage, canaryInterval } = config.timeBasedCanary;
      return [{ weight: canaryPercentage, bakeMinutes: canaryInterval }, { weight: ALL_TRAFFIC_PERCENT }];
    }
    case 'TimeBasedLinear': {
      const { linearPercentage, linearInterval } = config.timeBasedLinear;
      const steps: TrafficStep[] = [];
      for (let weight = linearPercentage; weight < ALL_TRAFFIC_PERCENT; weight += linearPercentage) {
        steps.push({ weight, bakeMinutes: linearInterval });
      }
      return [...steps, { weight: ALL_TRAFFIC_PERCENT }];
    }
    default:
      return unreachable(config);
  }
}
