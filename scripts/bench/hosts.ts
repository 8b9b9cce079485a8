import type { HostsApi } from '../../cli/host/hosts-api.ts';
import { IN_PLACE_LIFECYCLE } from '../../core/deployments/lifecycle.ts';
import { someAtOnce } from '../../functions/runtime/some-at-once.ts';
import type { RunningHost } from '../../test/support/simulated-host.ts';
import { runHost } from '../../test/support/simulated-host.ts';

/** Where a host asks for work, and the ARN that it goes by; by the name that it is registered under. */
export type RegisteredHosts = ReadonlyMap<
  string,
  { readonly endpoint: string; readonly hostIdentifier: string }
>;

/** Few enough for the emulator, and enough to hide the way to it. */
const REGISTERED_AT_ONCE = 4;

/** On-premises instances of one tag. */
export async function registerHosts(
  names: readonly string[],
  {
    hosts,
    tag,
    accountId,
  }: {
    readonly hosts: HostsApi;
    readonly tag: { readonly Key: string; readonly Value: string };
    readonly accountId: string;
  },
): Promise<RegisteredHosts> {
  const registered = new Map<string, { readonly endpoint: string; readonly hostIdentifier: string }>();
  const failures = await someAtOnce(names, REGISTERED_AT_ONCE, async (name) => {
    const iamSessionArn = `arn:aws:sts::${accountId}:assumed-role/bench/${name}`;
    await hosts.registerInstance(name, { iamSessionArn });
    await hosts.tagInstance(name, [tag]);
    registered.set(name, await hosts.issue(name));
  });
  if (failures[0] !== undefined) throw failures[0].error;
  return registered;
}

export interface HostsInTurn {
  /** Calls of the gateway so far. */
  readonly calls: () => number;
  /** Commands that were handed out so far. */
  readonly commands: () => number;
  /** Resolves when the last one is done. Rejects where a call was refused. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * The hosts ask for work in the order in which the deployment begins them, as many at once as it has slots: a host at rest
 * costs the same with and without a deployment, and the polls of 1,000 would only take the emulator's time.
 */
export function runHosts(order: readonly string[], slots: number, hosts: RegisteredHosts): HostsInTurn {
  const running: RunningHost[] = [];
  let isStopping = false;
  const inTurn = async (): Promise<void> => {
    const [failure] = await someAtOnce(order, slots, async (name) => {
      const host = hosts.get(name);
      if (host === undefined) throw new Error(`${name} is no host of this run`);
      if (isStopping) return;
      const started = runHost({ ...host, pollMilliseconds, until: LAST_EVENT });
      running.push(started);
      await started.ended;
    });
    if (failure !== undefined) throw failure.error;
  };
  const ended = inTurn();
  // Whoever waits for it hears of it.
  ended.catch(() => undefined);
  const sum = (of: (host: RunningHost) => number): number => running.reduce((all, host) => all + of(host), 0);
  return {
    calls: () => sum((host) => host.calls()),
    commands: () => sum((host) => host.handed.length),
    ended,
    stop: async () => {
      isStopping = true;
      await Promise.all(running.map((host) => host.stop()));
    },
  };
}

const LAST_EVENT = IN_PLACE_LIFECYCLE.at(-1) ?? '';

/** As our own agent comes, and as we advise. */
const OWN_PACE_MILLISECONDS = 15_000;

/** As our own agent rests after a command: 1, 2, 4 … seconds, up to its own pace. */
function pollMilliseconds(emptyPolls: number): number {
  return Math.min(OWN_PACE_MILLISECONDS, 1000 * 2 ** (emptyPolls - 1));
}
