import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { StateChange } from '../../core/notifications/state-change.ts';
import { clientDefaults } from './aws-clients.ts';

/** The stack's own event bus. */
export interface EventBus {
  /** Throws where the bus did not take it. */
  readonly put: (change: StateChange) => Promise<void>;
}

export function eventBridgeBus(busName: string, source: string): EventBus {
  const client = new EventBridgeClient(clientDefaults);
  return {
    put: async ({ detailType, detail, resources, at }) => {
      const { FailedEntryCount = 0, Entries } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: busName,
              Source: source,
              DetailType: detailType,
              Detail: JSON.stringify(detail),
              Resources: [...resources],
              Time: new Date(at),
            },
          ],
        }),
      );
      // An entry that fails does not fail the call.
      if (FailedEntryCount === 0) return;
      const { ErrorCode, ErrorMessage } = Entries?.[0] ?? {};
      throw new Error(`the bus ${busName} did not take an event: ${ErrorCode} ${ErrorMessage}`);
    },
  };
}
