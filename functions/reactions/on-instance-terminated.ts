import * as z from 'zod';
import { documentClient } from '../adapters/aws-clients.ts';
import type { HostSecrets } from '../adapters/host-secrets.ts';
import { dynamoHostSecrets } from '../adapters/host-secrets.ts';
import { environmentOf } from '../runtime/environment.ts';
import { handlerOf } from '../runtime/handler.ts';
import { logger } from '../runtime/log.ts';

export interface OnInstanceTerminatedPorts {
  readonly secrets: Pick<HostSecrets, 'revoke'>;
}

/** EventBridge's "EC2 Instance State-change Notification". */
const stateChange = z.object({
  detail: z.object({ 'instance-id': z.string().min(1), state: z.literal('terminated') }),
});

/**
 * An instance of EC2 is gone for good, and so are its secrets, if it ever enrolled itself: groups that scale would leave
 * one behind for each instance they ever had. May come twice, and for instances that are none of ours.
 */
export function onInstanceTerminated({
  secrets,
}: OnInstanceTerminatedPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    const { 'instance-id': name } = stateChange.parse(event).detail;
    if (await secrets.revoke(name)) logger.info('revoked', { host: name });
  };
}

export const handler = handlerOf('reactions/on-instance-terminated', (variables) => {
  const environment = environmentOf('reactions/on-instance-terminated', variables);
  return onInstanceTerminated({ secrets: dynamoHostSecrets(documentClient(), environment.LIVE_TABLE) });
});
