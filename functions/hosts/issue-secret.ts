import { Refusal } from '../../core/refusal.ts';
import type { HostSecrets } from '../adapters/host-secrets.ts';
import type { System } from '../runtime/system.ts';

export interface IssuePorts {
  readonly secrets: Pick<HostSecrets, 'issue'>;
  readonly system: Pick<System, 'now' | 'secret' | 'sha256'>;
  /** Where hosts call, without the slash and the secret behind it. */
  readonly hostsEndpoint: string;
}

/** What is told once: whoever has the endpoint is the host. */
export interface IssuedHost {
  readonly hostIdentifier: string;
  readonly endpoint: string;
}

/** So long after a rotation the secret before it is good: the time to tell the host, at the end of a day as well. */
const GRACE_MILLISECONDS = 24 * 60 * 60 * 1000;

/** A new secret for a host; the one before it is good for a day longer. Only its hash is kept. */
export async function issueSecret(
  { secrets, system, hostsEndpoint }: IssuePorts,
  { hostIdentifier, name }: { readonly hostIdentifier: string; readonly name: string },
): Promise<IssuedHost> {
  const secret = system.secret();
  const now = system.now();
  const host = { hostIdentifier, name, issuedAt: now };
  const outcome = await secrets.issue(host, system.sha256(secret), now + GRACE_MILLISECONDS);
  if (outcome === 'busy') {
    throw new Refusal(
      'ThrottlingException',
      `The secret of ${name} is being changed by another call. Try again.`,
    );
  }
  return { hostIdentifier, endpoint: `${hostsEndpoint}/${secret}` };
}

/** On AWS it is a whole address; on the local cloud a path, since no stack knows its port. */
export function hostsEndpointOf(
  { HOSTS_ENDPOINT }: { readonly HOSTS_ENDPOINT: string },
  { AWS_ENDPOINT_URL }: Readonly<Record<string, string | undefined>>,
): string {
  return new URL(HOSTS_ENDPOINT, AWS_ENDPOINT_URL).href;
}
