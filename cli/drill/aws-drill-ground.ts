import type { Target } from '../target.ts';
import { cloudWatchAlarms } from './cloud-watch-alarms.ts';
import type { DrillGround } from './drill-ground.ts';
import { dynamoLogProbe } from './dynamo-log-probe.ts';
import { lambdaFunctions } from './lambda-functions.ts';
import { topicMailbox } from './topic-mailbox.ts';

export function awsDrillGround({ client, isEmulated, topics, tables }: Target): DrillGround {
  return {
    isEmulated,
    functions: lambdaFunctions(client),
    // With both ways open, one that is broken would not be noticed: in a real account the bus alone has to bring it.
    alarms: cloudWatchAlarms(client, isEmulated ? topics.alarms : undefined),
    mailbox: topicMailbox(client, topics.notifications),
    log: dynamoLogProbe(client, tables.log),
  };
}
