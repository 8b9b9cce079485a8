import type { Actor } from '../../core/decider.ts';
import type { ClaimedTarget } from '../../core/deployments/target-state.ts';
import { commandedEvent } from '../../core/hosts/host-command-identifier.ts';
import type { CommandedEvent } from '../../core/hosts/host-command-identifier.ts';
import { Refusal } from '../../core/refusal.ts';
import type { CommandLeases } from '../adapters/command-leases.ts';
import type { HostPresences } from '../adapters/host-presences.ts';
import type { EnrolledHost, HostSecrets } from '../adapters/host-secrets.ts';
import type { OutputUploads } from '../adapters/output-uploads.ts';
import type { SpecificationSigner } from '../adapters/specification-signer.ts';
import { claimedTarget } from '../runtime/fleet-rows.ts';
import type { HostCommandPorts } from '../runtime/host-commands.ts';
import type { AgentSigns } from './host-message.ts';

export type GatewayPorts = HostCommandPorts & {
  readonly secrets: Pick<HostSecrets, 'find'>;
  readonly leases: CommandLeases;
  readonly presences: HostPresences;
  readonly signer: SpecificationSigner;
  readonly uploads: OutputUploads;
  readonly region: string;
  /** How many polls may be held at once, of all hosts together. */
  readonly mostHeldPolls: number;
};

/** Who calls: the host that the secret of its path is bound to. */
export interface Caller extends AgentSigns {
  readonly host: EnrolledHost;
}

export function actorOf({ host }: Caller): Actor {
  return { type: 'host', id: host.hostIdentifier };
}

/** Compared exactly. Throws AccessDeniedException. */
export function requireOwnIdentifier({ host }: Caller, hostIdentifier: string): void {
  if (hostIdentifier === host.hostIdentifier) return;
  throw new Refusal(
    'AccessDeniedException',
    `The agent calls itself ${hostIdentifier.slice(0, 300)}, and its endpoint is that of ${host.hostIdentifier}. ` +
      'Give it the endpoint of its own host.',
  );
}

/** The target that a command is for. Throws AccessDeniedException where it is none of this host. */
export async function commandedTarget(
  { rows }: Pick<GatewayPorts, 'rows'>,
  { host }: Caller,
  hostCommandIdentifier: string,
): Promise<{ readonly event: CommandedEvent; readonly target: ClaimedTarget }> {
  const event = commandedEvent(hostCommandIdentifier);
  const target = event && (await claimedTarget(rows, event.deploymentId, event.targetId));
  if (target?.claimed.hostIdentifier === host.hostIdentifier && event !== undefined) return { event, target };
  throw new Refusal('AccessDeniedException', 'The command is none of this host.');
}
