import type { PollsSeen } from '../../core/hosts/polling.ts';
import type { CommandLease, CommandLeases } from '../../functions/adapters/command-leases.ts';
import type { HostPresences } from '../../functions/adapters/host-presences.ts';
import type { EnrolledHost, HostSecrets } from '../../functions/adapters/host-secrets.ts';

/** Secrets of hosts without a table. */
export function memorySecrets(): HostSecrets {
  const bound = new Map<string, EnrolledHost & { readonly until?: number }>();
  const hosts = new Map<
    string,
    { readonly host: EnrolledHost; readonly hash: string; readonly former?: string }
  >();
  return {
    find: async (hash, now) => {
      const { until = Infinity, ...host } = bound.get(hash) ?? {
        until: 0,
        hostIdentifier: '',
        name: '',
        issuedAt: 0,
      };
      return until > now ? host : undefined;
    },
    of: async (name) => hosts.get(name)?.host,
    issue: async (host, hash, until) => {
      const before = hosts.get(host.name);
      const isSame = before?.host.hostIdentifier === host.hostIdentifier;
      if (before?.former !== undefined) bound.delete(before.former);
      if (before !== undefined && isSame) bound.set(before.hash, { ...before.host, until });
      if (before !== undefined && !isSame) bound.delete(before.hash);
      bound.set(hash, host);
      hosts.set(host.name, { host, hash, ...(isSame ? { former: before.hash } : {}) });
      return 'issued';
    },
    revoke: async (name) => {
      const before = hosts.get(name);
      for (const hash of [before?.hash, before?.former]) bound.delete(hash ?? '');
      return hosts.delete(name);
    },
    list: async (after = '', limit) => {
      const found = [...hosts.values()].map(({ host }) => host).filter(({ name }) => name > after);
      const sorted = found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
      return { hosts: sorted.slice(0, limit), more: sorted.length > limit };
    },
  };
}

export function memoryLeases(): CommandLeases & { readonly heartbeats: ReadonlyMap<string, number> } {
  const leases = new Map<string, CommandLease>();
  const heartbeats = new Map<string, number>();
  return {
    heartbeats,
    of: async (id) => leases.get(id),
    take: async (id, before, lease) => {
      if (leases.get(id)?.handOuts !== before?.handOuts) return false;
      leases.set(id, lease);
      return true;
    },
    heartbeat: async (id, at) => void heartbeats.set(id, at),
  };
}

export function memoryPresences(): HostPresences & { readonly recorded: readonly PollsSeen[] } {
  const presences = new Map<string, PollsSeen>();
  const recorded: PollsSeen[] = [];
  return {
    recorded,
    of: async (hostIdentifier) => presences.get(hostIdentifier),
    record: async (hostIdentifier, presence) => {
      presences.set(hostIdentifier, presence);
      recorded.push(presence);
    },
  };
}
