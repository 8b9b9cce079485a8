import { describe, expect, it } from 'vitest';
import {
  autoRollbackConfigurationOf,
  noAutoRollback,
} from '../../../core/registry/auto-rollback-configuration.ts';
import type { AutoRollbackConfigurationInput } from '../../../core/registry/shapes.ts';
import { refusalOf } from '../given.ts';

describe('an automatic rollback configuration', () => {
  it('has every member filled in, and each event once', () => {
    expect(autoRollbackConfigurationOf({})).toEqual(noAutoRollback);
    const events = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_FAILURE'];
    expect(autoRollbackConfigurationOf({ enabled: true, events })).toEqual({
      enabled: true,
      events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
    });
  });

  it('keeps its list while disabled', () => {
    const disabled = { enabled: false, events: ['DEPLOYMENT_STOP_ON_REQUEST'] };
    expect(autoRollbackConfigurationOf(disabled)).toEqual(disabled);
  });

  it.each<[RegExp, AutoRollbackConfigurationInput]>([
    [/enabled without events/, { enabled: true }],
    [/enabled without events/, { enabled: true, events: [] }],
    [/"DEPLOYMENT_BOREDOM" is no event/, { enabled: true, events: ['DEPLOYMENT_BOREDOM'] }],
    [/"DEPLOYMENT_BOREDOM" is no event/, { events: ['DEPLOYMENT_BOREDOM'] }],
  ])('is refused: %s', (message, input) => {
    const refusal = refusalOf(() => autoRollbackConfigurationOf(input));
    expect(refusal.code).toBe('InvalidAutoRollbackConfigException');
    expect(refusal.message).toMatch(message);
  });
});
