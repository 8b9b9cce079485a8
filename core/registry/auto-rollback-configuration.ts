import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { AutoRollbackConfigurationInput } from './shapes.ts';

export const autoRollbackEvents = [
  'DEPLOYMENT_FAILURE',
  'DEPLOYMENT_STOP_ON_ALARM',
  'DEPLOYMENT_STOP_ON_REQUEST',
] as const;
export type AutoRollbackEvent = (typeof autoRollbackEvents)[number];

/** After which ends a deployment is rolled back. The list is kept while `enabled` is false. */
export type AutoRollbackConfiguration = {
  readonly enabled: boolean;
  readonly events: readonly AutoRollbackEvent[];
};

export const noAutoRollback: AutoRollbackConfiguration = { enabled: false, events: [] };

/** Of a group, or as the override of one deployment. Throws InvalidAutoRollbackConfigException. */
export function autoRollbackConfigurationOf(
  input: AutoRollbackConfigurationInput,
): AutoRollbackConfiguration {
  const { enabled = false } = input;
  const events = [...new Set((input.events ?? []).map(eventOf))];
  if (enabled && events.length === 0) {
    throw invalid(
      `it is enabled without events. Name some of ${autoRollbackEvents.join(', ')}, or set enabled to false`,
    );
  }
  return { enabled, events };
}

function eventOf(word: string): AutoRollbackEvent {
  const event = autoRollbackEvents.find((candidate) => candidate === word);
  if (event === undefined) {
    throw invalid(`${quoted(word)} is no event. Valid are ${autoRollbackEvents.join(', ')}`);
  }
  return event;
}

function invalid(detail: string): Refusal {
  return new Refusal(
    'InvalidAutoRollbackConfigException',
    `The automatic rollback configuration is invalid: ${detail}.`,
  );
}
