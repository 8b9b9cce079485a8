import { READ_UNIT_DOLLARS } from '../core/cost/prices.ts';
import { deploymentIdOfStream } from '../core/deployments/deployment-stream.ts';
import { targetOfStream } from '../core/deployments/target-stream.ts';
import { byStream } from '../core/verification.ts';
import { CannotDo, type Command, type ExitCode, type Invocation, UsageError } from './command.ts';
import { inDollars } from './cost-lines.ts';
import { consentOptions, consented } from './consent.ts';
import { counted, localDateTime } from './lines.ts';
import type { Places } from './publisher.ts';
import { sinceOf } from './since.ts';

export const republish: Command = {
  name: 'republish',
  summary: 'publishes the events of deployments and their hosts since some time once more',
  options: { since: { type: 'string' }, ...consentOptions },
  help: `Sends the events of all deployments and of the hosts of their fleets since the time given once more to the stack's
topic, to the event bus and to the triggers of their groups: what a subscriber missed, or the stack while its topic did not take them. It publishes and does
nothing else: no deployment is started or changed. Each message carries the event id that it had the first time, so that
a receiver drops what it has. The events of a deployment, and those of each host, come in the order of their versions.

--since takes
  30m, 2h, 1d               so long ago
  14:03                     local time of today
  2026-11-02T14:03:10       local time; with Z or +01:00 that of another zone

It reads all of the log, and says what that costs and how many events it found before it publishes any. It takes the
rights dynamodb:Scan on the log and lambda:InvokeFunction on the function NotifyFunctionName of the stack's outputs.

Example: sluice republish --since 2h

Exit code: 0; 1 where not all could be published; 2 where --since is missing or not understood.`,
  run: publishAgain,
};

async function publishAgain(invocation: Invocation): Promise<ExitCode> {
  const { values, terminal, connect, now } = invocation;
  const { since } = values;
  if (typeof since !== 'string') throw new UsageError('say since when: --since is missing.');
  const from = sinceOf(since, now());
  const { tables, place, publisher } = await connect();
  const { places, readUnits } = await tables.placesSince(from);
  const found = placesOf(places);
  const cost = `Reading the log took ${counted(readUnits, 'read unit')}, ${dollarsOf(readUnits)}.`;
  const when = localDateTime(from);
  if (found.length === 0) {
    terminal.note(cost);
    terminal.print(`no event of a deployment since ${when}: nothing was published`);
    return 0;
  }
  const plan = [
    `${counted(places.length, 'event')} of ${whoseWords(found)} since ${when}, on ${place}.`,
    cost,
    'Each is published once more to the topic, the bus and the triggers; subscribers that had it get it again.',
  ];
  if (!(await consented(plan, invocation))) return 1;
  const { publish } = await publisher();
  let published = 0;
  for (const batch of batches(found)) {
    try {
      published += await publish(batch);
    } catch (error) {
      if (!(error instanceof CannotDo)) throw error;
      throw new CannotDo(
        `${published} of ${places.length} events were published, then ${error.message}. Run it again once it is mended: ` +
          'what comes twice has the same event id.',
      );
    }
    terminal.note(`${published} of ${places.length}`);
  }
  terminal.print(`${counted(published, 'event')} published once more`);
  return 0;
}

/** The log of a small team costs less to read than the finest figure shows. */
function dollarsOf(readUnits: number): string {
  const amount = readUnits * READ_UNIT_DOLLARS;
  return amount > 0 && amount < FINEST_DOLLARS ? `less than ${inDollars(FINEST_DOLLARS)}` : inDollars(amount);
}

const FINEST_DOLLARS = 0.000001;

/** What the function publishes within seconds, of its five minutes. */
const BATCH_EVENTS = 100;

function placesOf(
  places: readonly { readonly stream: string; readonly version: number }[],
): readonly Places[] {
  return [...byStream(places)].map(([stream, events]) => ({
    stream,
    versions: events.map(({ version }) => version),
  }));
}

/** "2 deployments and 5 targets of theirs" */
function whoseWords(found: readonly Places[]): string {
  const targets = found.flatMap(({ stream }) => targetOfStream(stream) ?? []);
  const own = found.flatMap(({ stream }) => deploymentIdOfStream(stream) ?? []);
  const deployments = new Set([...own, ...targets.map(({ deploymentId }) => deploymentId)]);
  const theirs = targets.length === 0 ? '' : ` and ${counted(targets.length, 'target')} of theirs`;
  return `${counted(deployments.size, 'deployment')}${theirs}`;
}

/** A stream with more events than a batch holds is published in several, one after the other. */
function batches(found: readonly Places[]): readonly (readonly Places[])[] {
  const made: Places[][] = [];
  let room = 0;
  for (const { stream, versions } of found) {
    for (let from = 0; from < versions.length;) {
      if (room === 0) {
        made.push([]);
        room = BATCH_EVENTS;
      }
      const part = versions.slice(from, from + room);
      made.at(-1)?.push({ stream, versions: part });
      from += part.length;
      room -= part.length;
    }
  }
  return made;
}
