import type { TrafficRoutingConfig } from '../deployments/traffic-plan.ts';
import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { TrafficRoutingConfigInput } from './shapes.ts';

/** Two days: the longest that a deployment may spend shifting. */
const SHIFT_SPAN_MINUTES = 2880;

const SMALLEST_STEP_PERCENT = 1;
const LARGEST_STEP_PERCENT = 99;

/** The traffic routing of a custom configuration. Throws InvalidTrafficRoutingConfigurationException. */
export function trafficRoutingConfigOf(input: TrafficRoutingConfigInput): TrafficRoutingConfig {
  const { type, timeBasedCanary, timeBasedLinear } = input;
  switch (type) {
    case 'AllAtOnce':
      if (timeBasedCanary || timeBasedLinear) {
        throw invalid('AllAtOnce takes neither timeBasedCanary nor timeBasedLinear. Remove them');
      }
      return { type };
    case 'TimeBasedCanary': {
      if (!timeBasedCanary || timeBasedLinear) {
        throw invalid('TimeBasedCanary takes timeBasedCanary, and only that');
      }
      return { type, timeBasedCanary: canaryOf(timeBasedCanary) };
    }
    case 'TimeBasedLinear': {
      if (!timeBasedLinear || timeBasedCanary) {
        throw invalid('TimeBasedLinear takes timeBasedLinear, and only that');
      }
      return { type, timeBasedLinear: linearOf(timeBasedLinear) };
    }
    default:
      throw invalid(
        `its type ${type === undefined ? 'is missing' : `${quoted(type)} is unknown`}. ` +
          'Valid are AllAtOnce, TimeBasedCanary, TimeBasedLinear',
      );
  }
}

function canaryOf(input: NonNullable<TrafficRoutingConfigInput['timeBasedCanary']>) {
  const canaryPercentage = percentageOf('canaryPercentage', input.canaryPercentage);
  const { canaryInterval } = input;
  if (!isWhole(canaryInterval, 1, SHIFT_SPAN_MINUTES)) {
    throw invalid(`canaryInterval must be 1 to ${SHIFT_SPAN_MINUTES} whole minutes`);
  }
  return { canaryPercentage, canaryInterval };
}

/** Not documented by the service: all increments together, counted as floor(100 / percentage), must fit the span. */
function linearOf(input: NonNullable<TrafficRoutingConfigInput['timeBasedLinear']>) {
  const linearPercentage = percentageOf('linearPercentage', input.linearPercentage);
  const { linearInterval } = input;
  const longest = Math.floor(SHIFT_SPAN_MINUTES / Math.floor(100 / linearPercentage));
  if (!isWhole(linearInterval, 1, longest)) {
    throw invalid(
      `linearInterval must be 1 to ${longest} whole minutes at ${linearPercentage} percent, so that all ` +
        `increments fit into ${SHIFT_SPAN_MINUTES} minutes`,
    );
  }
  return { linearPercentage, linearInterval };
}

function percentageOf(member: string, value: number | undefined): number {
  if (!isWhole(value, SMALLEST_STEP_PERCENT, LARGEST_STEP_PERCENT)) {
    throw invalid(
      `${member} must be a whole number from ${SMALLEST_STEP_PERCENT} to ${LARGEST_STEP_PERCENT}`,
    );
  }
  return value;
}

function isWhole(value: number | undefined, least: number, most: number): value is number {
  return value !== undefined && Number.isInteger(value) && value >= least && value <= most;
}

function invalid(detail: string): Refusal {
  return new Refusal(
    'InvalidTrafficRoutingConfigurationException',
    `The traffic routing configuration is invalid: ${detail}.`,
  );
}
