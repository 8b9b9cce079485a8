import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';
import { unlessMissing } from '../unless-missing.ts';

export interface EventRules {
  /** By its name on the default bus. */
  readonly state: (ruleName: string) => Promise<'enabled' | 'disabled' | 'missing'>;
}

export function eventBridgeRules(client: Target['client']): EventRules {
  const events = new EventBridgeClient({ ...clientDefaults, ...client });
  return {
    state: async (ruleName) => {
      const rule = await unlessMissing(() => events.send(new DescribeRuleCommand({ Name: ruleName })));
      if (rule === undefined) return 'missing';
      return rule.State === 'DISABLED' ? 'disabled' : 'enabled';
    },
  };
}
