import type { StoredEvent } from '../core/chain.ts';
import { deployment } from '../core/deployments/deployment.ts';
import { deploymentStream } from '../core/deployments/deployment-stream.ts';
import { deploymentPicture } from '../core/views/deployment-picture.ts';
import { fold } from '../functions/runtime/history.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { entriesOf, noSuchDeployment } from './deployment-log.ts';
import { NO_FLEET, byTime, grownFleet, targetEntriesOf } from './fleet-log.ts';
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
With --json the picture is one line: version and at, and deployment as docs/api-v1.md describes it.

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
  const { events: ofTargets } =
    moment === undefined
      ? await grownFleet(connection.tables, argument, NO_FLEET, { withEvents: true })
      : NO_FLEET;
  for (const line of moment === undefined
    ? logOf(log, ofTargets, isJson)
    : pictureOf(logAt(moment, log, now()), log.length, isJson)) {
    terminal.print(line);
  }
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

function pictureOf({ events: then, at }: Then, versions: number, isJson: boolean): readonly string[] {
  const state = fold(deployment, then);
  const last = entriesOf(then).at(-1);
  if (state.status === 'Absent' || last === undefined) {
    throw new Error('a log that does not begin with DeploymentCreated: run `sluice verify`');
  }
  const picture = deploymentPicture(state, at, (time) => new Date(time).toISOString());
  return isJson
    ? [JSON.stringify({ version: last.version, at: new Date(at).toISOString(), deployment: picture })]
    : pictureLines(picture, { at, last, versions });
}
