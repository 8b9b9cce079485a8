import type { Command, ExitCode, Invocation } from './command.ts';
import { deploymentStream, entriesOf, noSuchDeployment } from './deployment-log.ts';
import { jsonLine, logLines } from './lines.ts';

export const events: Command = {
  name: 'events',
  argument: '<deployment-id>',
  summary: 'prints the log of a deployment: what happened, when, by whom and why',
  options: { json: { type: 'boolean' } },
  help: `Prints every event of the deployment so far. The cause is the id of the command that an event came from: events of
one cause were written together. With --json each event is one line of JSON: stream, version, type, at, actor,
cause, data.

Example: sluice events d-A1B2C3D4E
         sluice events d-A1B2C3D4E --json | jq 'select(.type == "AlarmRaised")'

Exit code: 0, or 1 where there is no such deployment.`,
  run: printEvents,
};

async function printEvents({ argument, values, terminal, connect }: Invocation): Promise<ExitCode> {
  const { tables, place } = await connect();
  const log = await tables.load(deploymentStream(argument), 1);
  if (log.length === 0) throw noSuchDeployment(argument, place);
  const lines = values['json'] === true ? log.map(jsonLine) : entriesOf(log).flatMap(logLines);
  for (const line of lines) terminal.print(line);
  return 0;
}
