import * as z from 'zod';
import { alarmMessage } from '../../core/alarms/alarm-message.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { type RowReader, everyRow } from '../adapters/row-reader.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import { commandTo, execute, stateOf } from '../runtime/execute.ts';
import { handlerOf } from '../runtime/handler.ts';
import { logger } from '../runtime/log.ts';
import { storePorts, tokenPorts } from '../runtime/ports.ts';
import type { WaitPorts } from '../runtime/waits.ts';
import { settleWaits } from '../runtime/waits.ts';

export type OnAlarmPorts = ExecutePorts & WaitPorts & { readonly rows: RowReader };

/** Where this function runs: alarms of other accounts and regions are none of ours. */
export interface Home {
  readonly accountId: string;
  readonly region: string;
}

/** CloudWatch's message in an SNS record. The emulator leaves the ARN out, which is where AWS tells the region. */
const message = z.object({
  AlarmName: z.string(),
  NewStateValue: z.string(),
  AWSAccountId: z.string(),
  AlarmArn: z.string().optional(),
});

const fromTopic = z.object({ Records: z.array(z.object({ Sns: z.object({ Message: z.string() }) })) });

/** EventBridge's "CloudWatch Alarm State Change". */
const fromBus = z.object({
  account: z.string(),
  region: z.string(),
  detail: z.object({ alarmName: z.string(), state: z.object({ value: z.string() }) }),
});

interface Change {
  readonly alarmName: string;
  readonly state: string;
  readonly accountId: string;
  readonly region: string;
}

/**
 * An alarm has changed: each active deployment that watches it is told in its own log and then woken. Both ways that
 * alarms come, the topic and the bus, may bring the same change; the second finds it done.
 */
export function onAlarm(ports: OnAlarmPorts): (event: unknown, home: Home) => Promise<void> {
  return async (event, home) => {
    for (const { alarmName, state, accountId, region } of changesOf(event, home)) {
      if (state !== 'ALARM') continue;
      if (accountId !== home.accountId || region !== home.region) {
        logger.warn('an alarm of another account or region was dropped', { alarmName, accountId, region });
        continue;
      }
      const deploymentIds = await watching(ports.rows, alarmName);
      const raised = await Promise.allSettled(deploymentIds.map((id) => raise(ports, id, alarmName)));
      // One that cannot be told must not keep the alarm from the others; it is told again when Lambda retries.
      const failures = raised.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
      if (failures.length > 0) throw new AggregateError(failures, `${alarmName} was not told to all`);
    }
  };
}

/** What is neither form is dropped: it will not become one by being tried again. */
function changesOf(event: unknown, home: Home): readonly Change[] {
  const bus = fromBus.safeParse(event);
  if (bus.success) {
    const { account, region, detail } = bus.data;
    return [{ alarmName: detail.alarmName, state: detail.state.value, accountId: account, region }];
  }
  const topic = fromTopic.safeParse(event);
  if (!topic.success) {
    logger.warn('not an alarm', { issues: topic.error.issues });
    return [];
  }
  return topic.data.Records.flatMap(({ Sns }) => {
    const parsed = message.safeParse(jsonOf(Sns.Message));
    if (!parsed.success) {
      logger.warn('not an alarm', { issues: parsed.error.issues });
      return [];
    }
    const { AlarmName, NewStateValue, AWSAccountId, AlarmArn } = parsed.data;
    const region = AlarmArn?.split(':')[3] ?? home.region;
    return [{ alarmName: AlarmName, state: NewStateValue, accountId: AWSAccountId, region }];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Rows: hardly ever are there more, and a page of them is far from DynamoDB's 1 MB. */
const READ_AT_ONCE = 100;

async function watching(rows: RowReader, alarmName: string): Promise<readonly string[]> {
  const { pk } = rowKeys.deploymentWatchingAlarm(alarmName, '');
  const found: string[] = [];
  for await (const { sk } of everyRow(rows, { pk, limit: READ_AT_ONCE })) found.push(sk);
  return found;
}

async function raise(ports: OnAlarmPorts, deploymentId: string, alarmName: string): Promise<void> {
  const stream = deploymentStream(deploymentId);
  const issued = {
    id: ports.system.uuid(),
    at: ports.system.now(),
    actor: { type: 'alarm', id: alarmName },
  } as const;
  const alarmNames = [alarmName];
  const result = await execute(ports, issued, [
    commandTo(deployment, stream, {
      type: 'RaiseAlarm',
      data: { reason: 'ringing', alarmNames, message: alarmMessage(alarmNames) },
    }),
  ]);
  const state = stateOf(result, deployment, stream);
  if (state.status === 'Absent' || hasEnded(state.status) || state.ending === undefined) return;
  await settleWaits(ports, state);
}

export const handler = handlerOf('reactions/on-alarm', (variables) => {
  const environment = environmentOf('reactions/on-alarm', variables);
  const react = onAlarm({
    ...storePorts(environment),
    ...tokenPorts(environment),
    workflows: stepFunctions(),
  });
  return (event: unknown, { invokedFunctionArn }) => {
    const [, , , region = '', accountId = ''] = invokedFunctionArn.split(':');
    return react(event, { region, accountId });
  };
});
