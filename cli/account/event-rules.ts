import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import { awsFailure } from '../../functions/adapters/aws-failure.ts';
import type { Target } from '../target.ts';

export interface EventRules {
  /** By its name on the default bus. */
  readonly state: (ruleName: string) => Promise<'enabled' | 'disabled' | 'missing'>;
}

export function eventBridgeRules(client: Target['client']): EventRules {
  const events = new EventBridgeClient({ ...clientDefaults, ...client });
  return {
    state: async (ruleName) => {
      try {
        const { State } = await events.send(new DescribeRuleCommand({ Name: ruleName }));
        return State === 'DISABLED' ? 'disabled' : 'enabled';
      } catch (error) {
        if (awsFailure(error)?.status === 'missing') return 'missing';
        throw error;
      }
    },
  };
}
