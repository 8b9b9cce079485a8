import * as z from 'zod';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { describeRouting } from '../../core/deployments/alias.ts';
import { findDeploymentGroup } from '../../functions/runtime/registered.ts';
import { counted } from '../lines.ts';
import { verifiedStream } from '../verified-stream.ts';
import type { Attempt, Letter } from './drill-ground.ts';
import { seenWithin } from './patience.ts';
import { duration } from './point.ts';
import { Missed, type Shown, type Stage, logOf, point } from './stage.ts';

/** Recomputes what the drill has added to the log. */
export function showChain(stage: Stage, deploymentIds: readonly string[]): Promise<Shown | undefined> {
  const { connection, subject, pace, name } = stage;
  const { tables } = connection;
  const remedy = 'Check all of the log: sluice verify';
  return point(stage, { name: 'log whole', remedy }, async () => {
    const group = await findDeploymentGroup(tables.reader, subject.applicationId, name);
    const streams = [
      ...deploymentIds.map(deploymentStream),
      ...(group === undefined ? [] : [`deployment-group#${group.deploymentGroupId}`]),
    ];
    let events = 0;
    for (const stream of streams) {
      const { breaks, events: more } = await verifiedStream(tables, stream, pace.sleep);
      const [found] = breaks;
      if (found !== undefined) throw new Missed(`${found.stream}@${found.version}: ${found.message}`, remedy);
      events += more;
    }
    return {
      seen: `${counted(events, 'event')} in ${counted(streams.length, 'stream')}, every hash and every end`,
    };
  });
}

/** Seconds until all events must have come: each takes a hop or two, and is tried again where SNS is slow. */
const PATIENCE_SECONDS = 60;

/** Until a message of each event of both deployments has come to the queue. */
export async function showNotifications(stage: Stage, deploymentIds: readonly string[]): Promise<void> {
  const { ground, name, pace } = stage;
  const remedy =
    'Look at the function Notify (its errors, its log) and at its dead-letter queue. A new subscription may take a ' +
    'while to count everywhere: drill again';
  await point(stage, { name: 'event → message received', remedy }, async () => {
    if (!ground.mailbox.isThere) {
      throw new Missed('the stack has no topic for notifications', 'Deploy the stack again: npx cdk deploy');
    }
    const logs = await Promise.all(deploymentIds.map((id) => logOf(stage, id)));
    const events = logs.flat().map(({ stream, version, at }) => ({ id: `${stream}@${version}`, at }));
    const arrivals = new Map<string, number>();
    const missing = () => events.filter(({ id }) => !arrivals.has(id));
    await seenWithin(pace, PATIENCE_SECONDS, async () => {
      for (const letter of await ground.mailbox.read(name)) {
        const id = eventIdOf(letter);
        if (id !== undefined && !arrivals.has(id)) arrivals.set(id, letter.arrivedAt);
      }
      return missing().length === 0 ? true : undefined;
    });
    const lost = missing();
    if (lost.length > 0) {
      const come = events.length - lost.length;
      throw new Missed(
        `${come} of ${events.length} events came in ${PATIENCE_SECONDS} s; missing: ${lost.map(({ id }) => id).join(', ')}`,
        remedy,
      );
    }
    const took = events.map(({ id, at }) => (arrivals.get(id) ?? at) - at).sort((one, two) => one - two);
    const slowest = took.at(-1) ?? 0;
    return {
      seen: `all ${events.length} events, ${inOrder(events, arrivals)}; the slowest took ${duration(slowest)}`,
      milliseconds: took[Math.floor(took.length / 2)] ?? 0,
    };
  });
}

const published = z.object({ eventId: z.string() });

function eventIdOf({ message }: Letter): string | undefined {
  try {
    return published.safeParse(JSON.parse(message)).data?.eventId;
  } catch {
    return undefined;
  }
}

/** They are published in order of version; SNS itself keeps none, for which each message has the id of its event. */
function inOrder(events: readonly { readonly id: string }[], arrivals: ReadonlyMap<string, number>): string {
  const stream = (id: string) => id.slice(0, id.indexOf('@'));
  const late = events.filter(({ id }, index) => {
    const before = events[index - 1];
    if (before === undefined || stream(before.id) !== stream(id)) return false;
    return (arrivals.get(id) ?? 0) < (arrivals.get(before.id) ?? 0);
  });
  return late.length === 0
    ? 'in order of version'
    : `${late.length} of them overtaken on the way, as SNS may`;
}

/** That nobody rewrites the log, whatever they are permitted. */
export function showRefusals(stage: Stage): Promise<Shown | undefined> {
  const remedy =
    'The policy of the log table must be as the stack makes it: npx cdk diff, then npx cdk deploy';
  return point(stage, { name: 'log cannot be rewritten', remedy }, async () => {
    if (stage.ground.isEmulated) {
      return { result: 'not shown', seen: 'an emulator does not enforce the policy of a table' };
    }
    const attempts = await stage.ground.log.attempts();
    const of = (wanted: Attempt['outcome']) =>
      attempts.flatMap(({ action, outcome }) => (outcome === wanted ? [action] : [])).join(', ');
    const done = of('carried out');
    if (done !== '') throw new Missed(`${done} on an event that does not exist was not refused`, remedy);
    const refused = of('refused');
    const hidden = of('not permitted');
    const unshown = `your own policies deny ${hidden} already, which hides the table's: drill as an administrator`;
    if (refused === '') return { result: 'not shown', seen: unshown };
    return { seen: `the table itself refuses ${refused}${hidden === '' ? '' : `; ${unshown}`}` };
  });
}

/** The last look at what has the real traffic. */
export function showLiveAlias(stage: Stage): Promise<Shown | undefined> {
  const { ground, subject } = stage;
  const { live, liveAlias } = subject;
  const remedy =
    `The drill only reads it. Where you deployed meanwhile, drill again afterwards; who did: ` +
    `sluice list --application ${subject.applicationName}`;
  return point(stage, { name: `alias ${live.functionAlias} untouched`, remedy }, async () => {
    const now = await ground.functions.alias(live);
    if (now?.revisionId !== liveAlias.revisionId) {
      const words = now === undefined ? 'it is gone' : `it is ${describeRouting(now)}`;
      throw new Missed(
        `it was ${describeRouting(liveAlias)}, and ${words} under another revision id`,
        remedy,
      );
    }
    return { seen: `${describeRouting(now)}, its revision id as before` };
  });
}
