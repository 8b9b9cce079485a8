import type { StoredEvent } from '../core/chain.ts';
import { deploymentStream } from '../core/deployments/deployment-stream.ts';
import type { DeploymentEndedEarly } from '../core/deployments/deployment-events.ts';
import {
  type Command,
  type Connection,
  CannotDo,
  type ExitCode,
  type Invocation,
  UsageError,
} from './command.ts';
import { noSuchDeployment } from './deployment-log.ts';
import { type FleetLog, NO_FLEET, grownFleet } from './fleet-log.ts';
import { isConnectionLost } from './failure.ts';
import { liveTree } from './live/live-tree.ts';
import type { Showing } from './showing.ts';
import { watchLines } from './watch-lines.ts';

/** Soon enough for an eye, and a fraction of a read unit each: 50 hours of it cost less than a cent. */
const PERIOD_MILLISECONDS = 500;

/** A connection that is lost for longer will not come back by waiting; CI should not hang on it. */
const LONGEST_OUTAGE_MILLISECONDS = 10 * 60 * 1000;

export const watch: Command = {
  name: 'watch',
  argument: '<deployment-id>',
  summary: 'follows a deployment until it has ended; exit code 0 if it succeeded, else 1',
  options: { json: { type: 'boolean' }, timeout: { type: 'string' } },
  help: `In a terminal it draws a tree and keeps it up to date: status and why, traffic as the log wants it and as the alias has
it, the next step and when, lifecycle events with what their functions said, alarms, what is waited for and until when,
and below it the rollback, which is followed to its end as well. The alias and the alarms are read with your own rights
(lambda:GetAlias, cloudwatch:DescribeAlarms), and left out where those do not suffice. NO_COLOR=1 leaves out the colours.

Of a fleet it shows how many hosts are done, what the minimum of healthy hosts leaves room for, those that failed with
the end of their log, those at work with their event, and those that are silent.

Elsewhere, and with TERM=dumb, it prints one line for each event, those so far at once: local time, time since the
creation, what happened. The last line names the rollback. With --json each event is one line of JSON: stream, version,
type, at, actor, cause, data. --timeout SECONDS gives up after so long; the deployment goes on.

Example: sluice watch d-A1B2C3D4E --timeout 900

Exit code: 0 where the deployment has succeeded; 1 where it failed, was stopped or does not exist, or at the timeout.`,
  run: watchIt,
};

async function watchIt(invocation: Invocation): Promise<ExitCode> {
  const { values, terminal, connect } = invocation;
  const timeoutSeconds = secondsOf(values['timeout']);
  const giveUpAt = invocation.now() + timeoutSeconds * 1000;
  const connection = await connect();
  const { paper } = terminal;
  const isDrawn = paper !== undefined && values['json'] !== true;
  const showing = isDrawn
    ? liveTree(connection, await connection.sight(), paper, invocation)
    : watchLines(connection, invocation, values['json'] === true);
  try {
    return await follow(connection, invocation, showing, { timeoutSeconds, giveUpAt });
  } finally {
    for (const line of await showing.end()) terminal.print(line);
  }
}

/** Gives the exit code of the deployment that was asked for, once it and all that is followed with it have ended. */
async function follow(
  connection: Connection,
  { argument, now, sleep }: Invocation,
  showing: Showing,
  { timeoutSeconds, giveUpAt }: { readonly timeoutSeconds: number; readonly giveUpAt: number },
): Promise<ExitCode> {
  const read = steadily(connection, showing, now);
  let logs: readonly Log[] = [logOf(argument)];
  for (;;) {
    const before = logs;
    logs = (await read(before)) ?? before;
    const [asked] = logs;
    const hasAnswered = logs !== before;
    if (hasAnswered && asked?.events.length === 0) throw await noSuchDeployment(argument, connection);
    if (hasAnswered) {
      const news = logs.some(({ events, fleet }, index) => {
        const last = before[index];
        return events.length !== last?.events.length || fleet !== last.fleet;
      });
      showing.seen(logs, news);
    }
    const last = logs.at(-1);
    const end = last?.events.find(({ type }) => type in EXIT_CODES);
    const rollbackId = end && showing.followsRollback ? rollbackOf(end) : undefined;
    if (rollbackId !== undefined) {
      logs = [...logs, logOf(rollbackId)];
      continue;
    }
    if (end !== undefined) return exitCodeOf(asked);
    const left = giveUpAt - now();
    if (left <= 0) {
      const id = last?.deploymentId ?? argument;
      throw new CannotDo(
        `${id} has not ended after ${timeoutSeconds} s (--timeout). It goes on; watch it again.`,
      );
    }
    await sleep(Math.min(PERIOD_MILLISECONDS, left));
  }
}

interface Log {
  readonly deploymentId: string;
  readonly events: readonly StoredEvent[];
  readonly fleet: FleetLog;
  readonly fleetReadAt: number;
}

function logOf(deploymentId: string): Log {
  return { deploymentId, events: [], fleet: NO_FLEET, fleetReadAt: 0 };
}

/** The row of a target is about 3 KB: of 1,000 hosts all of them are read every 10 s, of a few with each look. */
const MILLISECONDS_OF_A_TARGET = 10;

/** The events that end a deployment. */
const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  DeploymentSucceeded: 0,
  DeploymentFailed: 1,
  DeploymentStopped: 1,
};

function exitCodeOf(log: Log | undefined): ExitCode {
  const end = log?.events.find(({ type }) => type in EXIT_CODES);
  return EXIT_CODES[end?.type ?? ''] ?? 1;
}

function rollbackOf({ data }: StoredEvent): string | undefined {
  const { rollback } = JSON.parse(data) as Partial<DeploymentEndedEarly>;
  return rollback?.status === 'triggered' ? rollback.deploymentId : undefined;
}

function secondsOf(timeout: Invocation['values'][string]): number {
  if (timeout === undefined) return Number.POSITIVE_INFINITY;
  const seconds = Number(timeout);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new UsageError(`--timeout takes seconds, a number over 0, not ${String(timeout)}.`);
}

/** Reads on after a lost connection, which is told and so is its return; undefined while it is lost. */
function steadily(
  { tables }: Connection,
  showing: Pick<Showing, 'lost' | 'showsTargetEvents'>,
  now: () => number,
): (logs: readonly Log[]) => Promise<readonly Log[] | undefined> {
  let lostAt: number | undefined;
  let hasAnswered = false;
  const grown = async (log: Log): Promise<Log> => {
    const { deploymentId, fleet, fleetReadAt } = log;
    const more = await tables.load(deploymentStream(deploymentId), log.events.length + 1);
    const events = [...log.events, ...more];
    const isDue = now() - fleetReadAt >= fleet.targets.length * MILLISECONDS_OF_A_TARGET;
    const isFleet = events.some(({ type }) => type === 'FleetAdmitted');
    if (!isFleet || (!isDue && more.length === 0)) return { ...log, events };
    const withEvents = showing.showsTargetEvents;
    return {
      deploymentId,
      events,
      fleet: await grownFleet(tables, deploymentId, fleet, { withEvents }),
      fleetReadAt: now(),
    };
  };
  return async (logs) => {
    try {
      const read = await Promise.all(logs.map(grown));
      hasAnswered = true;
      lostAt = undefined;
      return read;
    } catch (error) {
      // What has never answered will not by waiting: it is not there.
      if (!isConnectionLost(error) || !hasAnswered) throw error;
      showing.lost(error);
      lostAt ??= now();
      if (now() - lostAt > LONGEST_OUTAGE_MILLISECONDS) throw error;
      return undefined;
    }
  };
}
