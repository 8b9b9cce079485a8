import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { MinimumHealthyHostsInput, ZonalConfigInput } from './shapes.ts';

/** MOST_CONCURRENCY is a type that only the predefined OneAtATime has. */
export type MinimumHealthyHosts = {
  readonly type: 'HOST_COUNT' | 'FLEET_PERCENT' | 'MOST_CONCURRENCY';
  readonly value: number;
};

/** How a deployment goes from one zone to the next. */
export type ZonalConfig = {
  readonly minimumHealthyHostsPerZone?: MinimumHealthyHosts;
  readonly monitorDurationInSeconds?: number;
  /** Absent, the first zone is watched as long as the others. */
  readonly firstZoneMonitorDurationInSeconds?: number;
};

/** Of all hosts. Throws InvalidMinimumHealthyHostValueException. */
export function minimumHealthyHostsOf(input: MinimumHealthyHostsInput): MinimumHealthyHosts {
  return minimumOf(
    input,
    (fault) =>
      new Refusal(
        'InvalidMinimumHealthyHostValueException',
        `The minimum of healthy hosts is invalid: ${fault}.`,
      ),
  );
}

/** Of one zone after the other. Throws InvalidZonalDeploymentConfigurationException. */
export function zonalConfigOf(input: ZonalConfigInput): ZonalConfig {
  const { minimumHealthyHostsPerZone: perZone, ...durations } = input;
  const minimum = perZone && { minimumHealthyHostsPerZone: minimumOf(perZone, invalidZones) };
  for (const [member, seconds] of Object.entries(durations)) {
    if (!Number.isInteger(seconds) || seconds < 0) {
      throw invalidZones(`${member} must be a whole number of seconds from 0 on`);
    }
  }
  return { ...minimum, ...durations };
}

function invalidZones(fault: string): Refusal {
  return new Refusal(
    'InvalidZonalDeploymentConfigurationException',
    `The zonal configuration is invalid: ${fault}.`,
  );
}

/** Keeping all hosts of a fleet healthy would forbid to touch any. */
const LARGEST_FLEET_PERCENT = 99;

function minimumOf(
  { type, value }: MinimumHealthyHostsInput,
  invalid: (fault: string) => Refusal,
): MinimumHealthyHosts {
  if (type !== 'HOST_COUNT' && type !== 'FLEET_PERCENT') {
    const found = type === undefined ? 'the type is missing' : `the type ${quoted(type)} is unknown`;
    throw invalid(`${found}. Valid are HOST_COUNT and FLEET_PERCENT`);
  }
  if (value === undefined || !Number.isInteger(value) || value < 0) {
    throw invalid(`the value of ${type} must be a whole number from 0 on`);
  }
  if (type === 'FLEET_PERCENT' && value > LARGEST_FLEET_PERCENT) {
    throw invalid(`the value of FLEET_PERCENT must be from 0 to ${LARGEST_FLEET_PERCENT}`);
  }
  return { type, value };
}
