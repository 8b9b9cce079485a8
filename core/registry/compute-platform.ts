import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';

export const computePlatforms = ['Server', 'Lambda', 'ECS'] as const;
export type ComputePlatform = (typeof computePlatforms)[number];

/** What can be deployed today. */
export type BuiltComputePlatform = Exclude<ComputePlatform, 'ECS'>;

/** The platform a caller names; absent means Server. Throws InvalidComputePlatformException for any other word. */
export function computePlatformOf(value: string | undefined): ComputePlatform {
  const platform = value ?? 'Server';
  const known = computePlatforms.find((candidate) => candidate === platform);
  if (known === undefined) {
    throw new Refusal(
      'InvalidComputePlatformException',
      `The compute platform ${quoted(platform)} is invalid. Valid are ${computePlatforms.join(', ')}.`,
    );
  }
  return known;
}

/** Refuses a platform that the specification knows and Sluice does not build yet. */
export function requireBuiltComputePlatform(platform: ComputePlatform): BuiltComputePlatform {
  if (platform === 'ECS') {
    throw new Refusal(
      'InvalidComputePlatformException',
      'The compute platform ECS is not built yet. Pass computePlatform Lambda or Server (an absent one means Server).',
    );
  }
  return platform;
}
