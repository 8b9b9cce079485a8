import type { HostEventName } from '../deployments/lifecycle.ts';
import { IN_PLACE_LIFECYCLE } from '../deployments/lifecycle.ts';

/** What a command is for. One lifecycle event of one target is commanded once. */
export interface CommandedEvent {
  readonly deploymentId: string;
  readonly lifecycleEventName: HostEventName;
  readonly targetId: string;
}

/** The token by which the agent and we speak of a command; the agent keeps it as the content of a file. */
export function hostCommandIdentifier({
  deploymentId,
  lifecycleEventName,
  targetId,
}: CommandedEvent): string {
  return `${deploymentId}/${lifecycleEventName}/${targetId}`;
}

/** Undefined for a text that no command of ours has. */
export function commandedEvent(identifier: string): CommandedEvent | undefined {
  const { deploymentId, name, targetId } = IDENTIFIER.exec(identifier)?.groups ?? {};
  const lifecycleEventName = IN_PLACE_LIFECYCLE.find((known) => known === name);
  if (deploymentId === undefined || targetId === undefined || lifecycleEventName === undefined)
    return undefined;
  return { deploymentId, lifecycleEventName, targetId };
}

const IDENTIFIER = /^(?<deploymentId>d-[A-Z0-9]+)\/(?<name>[A-Za-z]+)\/(?<targetId>.+)$/s;
