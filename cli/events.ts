import type { StoredEvent } from '../core/chain.ts';
import { deployment } from '../core/deployments/deployment.ts';
import { deploymentStream } from '../core/deployments/deployment-stream.ts';
import type { ExistingDeployment } from '../core/deployments/deployment-state.ts';
import { targetStream } from '../core/deployments/target-stream.ts';
import { target } from '../core/deployments/target.ts';
import { byStream } from '../core/verification.ts';
import { deploymentPicture } from '../core/views/deployment-picture.ts';
import { targetPicture } from '../core/views/target-picture.ts';
import { fold } from '../functions/runtime/history.ts';
import { isoTime } from '../functions/runtime/time-texts.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { entriesOf, noSuchDeployment } from './deployment-log.ts';
import { NO_FLEET, byTime, grownFleet, targetEntriesOf } from './fleet-log.ts';
import type { HostThen } from './host-picture-lines.ts';
import { jsonLine, logLines } from './lines.ts';
import { type Then, logAt, momentOf } from './moment.ts';
import { pictureLines } from './picture-lines.ts';

export const events: Command = {
  name: 'events',
  argument: '<deployment-id>',
  summary:
    'prints the log of a deployment: what happened, when, by whom and why; --at shows it as it was then',
  options: { json: { type: 'boolean' }, at: { type: 'string' } },
  help: `Prints every event of the deployment so far. The cause is the id of the command that an event came from: events of
one cause were written together. Those of the hosts of a fleet are among them, led by the host's name. With --json each event is one line of JSON: stream, version, type, at, actor,
cause, data.

With --at it prints one picture instead: the deployment as it was at that moment, rebuilt from the events up to it.
  7                         when event 7 had been written
  +12.5s, +3m, "+2m 05s"    so long after its creation
  14:03:10                  local time, of the day of its creation
  2026-11-02T14:03:10       local time; with Z or +01:00 that of another zone
A time holds all of the second, or of the fraction, that is given: times that watch and events print can be pasted.
Of a fleet it shows the hosts that had failed, those at work and with what, and how many there were of the others.
With --json the picture is one line: version and at, and deployment as docs/api-v1.md describes it; of a fleet also its
targets, as described there.

Example: sluice events d-A1B2C3D4E
         sluice events d-A1B2C3D4E --json | jq 'select(.type == "AlarmRaised")'
         sluice events d-A1B2C3D4E --at +3m

Exit code: 0; 1 where there is no such deployment, or was none at that moment; 2 where --at is not understood.`,
  run: printEvents,
};

async function printEvents({ argument, values, terminal, connect, now }: Invocation): Promise<ExitCode> {
  const moment = typeof values['at'] === 'string' ? momentOf(values['at']) : undefined;
  const connection = await connect();
  const log = await connection.tables.load(deploymentStream(argument), 1);
  if (log.length === 0) throw await noSuchDeployment(argument, connection);
  const isJson = values['json'] === true;
  const then = moment === undefined ? undefined : logAt(moment, log, now());
  const { events: ofTargets } = await grownFleet(connection.tables, argument, NO_FLEET, { withEvents: true });
  const lines =
    then === undefined ? logOf(log, ofTargets, isJson) : pictureOf(then, ofTargets, log.length, isJson);
  for (const line of lines) terminal.print(line);
  return 0;
}

function logOf(
  log: readonly StoredEvent[],
  ofTargets: readonly StoredEvent[],
  isJson: boolean,
): readonly string[] {
  if (isJson) return byTime(log, ofTargets).map(jsonLine);
  return byTime(entriesOf(log), targetEntriesOf(ofTargets, log[0]?.at ?? 0)).flatMap(logLines);
}

function pictureOf(
  { events: then, at }: Then,
  ofTargets: readonly StoredEvent[],
  versions: number,
  isJson: boolean,
): readonly string[] {
  const state = fold(deployment, then);
  const last = entriesOf(then).at(-1);
  if (state.status === 'Absent' || last === undefined) {
    throw new Error('a log that does not begin with DeploymentCreated: run `sluice verify`');
  }
  const picture = deploymentPicture(state, at, isoTime);
  const hosts = hostsThen(state, ofTargets, at);
  if (!isJson) return pictureLines(picture, { at, last, versions, hosts });
  const targets = picture.fleet === undefined ? {} : { targets: hosts.map((host) => host.picture) };
  return [JSON.stringify({ version: last.version, at: isoTime(at), deployment: picture, ...targets })];
}

/** All targets of the fleet that was known then. */
function hostsThen(
  state: ExistingDeployment,
  ofTargets: readonly StoredEvent[],
  at: number,
): readonly HostThen[] {
  const { fleetTargets = [], created } = state;
  const logs = byStream(ofTargets.filter((event) => event.at <= at));
  return fleetTargets.map(({ targetId }, index) => {
    const found = fold(target, logs.get(targetStream(created.deploymentId, targetId)) ?? []);
    return {
      picture: targetPicture(state, index, found, at, isoTime),
      claimed: found.status === 'Unclaimed' ? undefined : found,
    };
  });
}
