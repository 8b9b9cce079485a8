import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { MinimumHealthyHostsInput, ZonalConfigInput } from './shapes.ts';

/** MOST_CONCURRENCY is a type that only the predefined OneAtATime has. */
export type MinimumHealthyHosts = {
  readonly type: 'HOST_COUNT' | 'FLEET_PERCENT' | 'MOST_CONCURRENCY';
  readonly value: number;
};

/** Of all hosts. Throws InvalidMinimumHealthyHostValueException. */
export function checkMinimumHealthyHosts(input: MinimumHealthyHostsInput): void {
  const fault = faultOf(input);
  if (fault !== undefined) {
    throw new Refusal(
      'InvalidMinimumHealthyHostValueException',
      `The minimum of healthy hosts is invalid: ${fault}.`,
    );
  }
}

/** Of one zone after the other. Throws InvalidZonalDeploymentConfigurationException. */
export function checkZonalConfig(input: ZonalConfigInput): void {
  const { minimumHealthyHostsPerZone: perZone } = input;
  const fault =
    (perZone && faultOf(perZone)) ??
    durationFault('monitorDurationInSeconds', input.monitorDurationInSeconds) ??
    durationFault('firstZoneMonitorDurationInSeconds', input.firstZoneMonitorDurationInSeconds);
  if (fault !== undefined) {
    throw new Refusal(
      'InvalidZonalDeploymentConfigurationException',
      `The zonal configuration is invalid: ${fault}.`,
    );
  }
}

/** Keeping all hosts of a fleet healthy would forbid to touch any. */
const LARGEST_FLEET_PERCENT = 99;

function faultOf({ type, value }: MinimumHealthyHostsInput): string | undefined {
  if (type !== 'HOST_COUNT' && type !== 'FLEET_PERCENT') {
    const found = type === undefined ? 'the type is missing' : `the type ${quoted(type)} is unknown`;
    return `${found}. Valid are HOST_COUNT and FLEET_PERCENT`;
  }
  if (value === undefined || !Number.isInteger(value) || value < 0) {
    return `the value of ${type} must be a whole number from 0 on`;
  }
  if (type === 'FLEET_PERCENT' && value > LARGEST_FLEET_PERCENT) {
    return `the value of FLEET_PERCENT must be from 0 to ${LARGEST_FLEET_PERCENT}`;
  }
  return undefined;
}

function durationFault(member: string, seconds: number | undefined): string | undefined {
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= 0)) return undefined;
  return `${member} must be a whole number of seconds from 0 on`;
}
