import { deploymentStream } from '../core/deployments/deployment-stream.ts';
import type { StoredEvent } from '../core/chain.ts';
import {
  type Command,
  type Connection,
  CannotDo,
  type ExitCode,
  type Invocation,
  UsageError,
} from './command.ts';
import { entriesOf, noSuchDeployment } from './deployment-log.ts';
import { isConnectionLost, lossInWords } from './failure.ts';
import { jsonLine, watchLine } from './lines.ts';

/** Soon enough for an eye, and a fraction of a read unit each: 50 hours of it cost less than a cent. */
const PERIOD_MILLISECONDS = 500;

/** A connection that is lost for longer will not come back by waiting; CI should not hang on it. */
const LONGEST_OUTAGE_MILLISECONDS = 10 * 60 * 1000;

export const watch: Command = {
  name: 'watch',
  argument: '<deployment-id>',
  summary: 'follows a deployment until it has ended; exit code 0 if it succeeded, else 1',
  options: { json: { type: 'boolean' }, timeout: { type: 'string' } },
  help: `Prints one line for each event, those so far at once: local time, time since the creation, what happened. A rollback
is a deployment of its own: the last line names it. With --json each event is one line of JSON: stream, version,
type, at, actor, cause, data. --timeout SECONDS gives up after so long; the deployment goes on.

Example: sluice watch d-A1B2C3D4E --timeout 900

Exit code: 0 where the deployment has succeeded; 1 where it failed, was stopped or does not exist, or at the timeout.`,
  run: follow,
};

async function follow(invocation: Invocation): Promise<ExitCode> {
  const { argument, values, terminal, connect, now, sleep } = invocation;
  const timeoutSeconds = secondsOf(values['timeout']);
  const giveUpAt = now() + timeoutSeconds * 1000;
  const connection = await connect();
  const read = steadily(connection, invocation);
  let seen: readonly StoredEvent[] = [];
  for (;;) {
    const news = await read(deploymentStream(argument), seen.length + 1);
    seen = [...seen, ...(news ?? [])];
    if (news !== undefined && seen.length === 0) throw await noSuchDeployment(argument, connection);
    const fresh = seen.slice(seen.length - (news?.length ?? 0));
    for (const line of values['json'] === true ? fresh.map(jsonLine) : freshLines(seen, fresh.length)) {
      terminal.print(line);
    }
    const end = seen.find(({ type }) => type in EXIT_CODES);
    if (end !== undefined) return EXIT_CODES[end.type] ?? 1;
    const left = giveUpAt - now();
    if (left <= 0) {
      throw new CannotDo(
        `${argument} has not ended after ${timeoutSeconds} s (--timeout). It goes on; watch it again.`,
      );
    }
    await sleep(Math.min(PERIOD_MILLISECONDS, left));
  }
}

/** The events that end a deployment. */
const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  DeploymentSucceeded: 0,
  DeploymentFailed: 1,
  DeploymentStopped: 1,
};

function freshLines(seen: readonly StoredEvent[], count: number): readonly string[] {
  return count === 0 ? [] : entriesOf(seen).slice(-count).map(watchLine);
}

function secondsOf(timeout: Invocation['values'][string]): number {
  if (timeout === undefined) return Number.POSITIVE_INFINITY;
  const seconds = Number(timeout);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new UsageError(`--timeout takes seconds, a number over 0, not ${String(timeout)}.`);
}

/** Reads on after a lost connection, which is noted once and so is its return; undefined while it is lost. */
function steadily(
  { tables, place }: Connection,
  { terminal, now }: Pick<Invocation, 'terminal' | 'now'>,
): (stream: string, fromVersion: number) => Promise<readonly StoredEvent[] | undefined> {
  let lostAt: number | undefined;
  let hasAnswered = false;
  return async (stream, fromVersion) => {
    try {
      const events = await tables.load(stream, fromVersion);
      hasAnswered = true;
      if (lostAt !== undefined) terminal.note(`${place} answers again.`);
      lostAt = undefined;
      return events;
    } catch (error) {
      // What has never answered will not by waiting: it is not there.
      if (!isConnectionLost(error) || !hasAnswered) throw error;
      if (lostAt === undefined) terminal.note(`${place} does not answer (${lossInWords(error)}); trying on.`);
      lostAt ??= now();
      if (now() - lostAt > LONGEST_OUTAGE_MILLISECONDS) throw error;
      return undefined;
    }
  };
}
