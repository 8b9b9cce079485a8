import type { Sweeps } from '../../functions/adapters/sweeps.ts';
import type { Target } from '../target.ts';
import { type Alarms, cloudWatchAlarms } from './alarms.ts';
import { type Identity, stsIdentity } from './identity.ts';
import { type InstalledStack, cloudFormationStack } from './installed-stack.ts';
import { type Functions, lambdaFunctions } from './functions.ts';
import { type Queues, sqsQueues } from './queues.ts';
import { type Roles, iamRoles } from './roles.ts';
import { type EventRules, eventBridgeRules } from './event-rules.ts';
import { type TableSettings, dynamoTableSettings, sweepsOf } from './table-settings.ts';
import { type Topics, snsTopics } from './topics.ts';

/**
 * What commands look at in the account of an installation, and change in it, with the caller's own credentials. What is
 * not permitted throws as the SDK does.
 */
export interface Account {
  readonly identity: () => Promise<Identity>;
  readonly stack: InstalledStack;
  readonly roles: Roles;
  readonly alarms: Alarms;
  readonly topics: Topics;
  readonly queues: Queues;
  readonly rules: EventRules;
  readonly functions: Functions;
  readonly tables: TableSettings;
  readonly sweeps: (liveTable: string) => Pick<Sweeps, 'last'>;
}

export function accountOf({ stackName, client }: Target): Account {
  return {
    identity: stsIdentity(client),
    stack: cloudFormationStack(stackName, client),
    roles: iamRoles(client),
    alarms: cloudWatchAlarms(client),
    topics: snsTopics(client),
    queues: sqsQueues(client),
    rules: eventBridgeRules(client),
    functions: lambdaFunctions(client),
    tables: dynamoTableSettings(client),
    sweeps: sweepsOf(client),
  };
}
