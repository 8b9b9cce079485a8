import { awsFailure } from '../functions/adapters/aws-failure.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { alarmVisibilityCheck } from './doctor/alarm-visibility.ts';
import { clockCheck } from './doctor/clock.ts';
import { deadLettersCheck } from './doctor/dead-letters.ts';
import type { Check, Examination } from './doctor/examination.ts';
import { type Finding, type Found, yellow } from './doctor/finding.ts';
import { findingLines } from './doctor/finding-lines.ts';
import { everyGroup } from './doctor/groups.ts';
import { logTableCheck } from './doctor/log-table.ts';
import { placeCheck } from './doctor/place.ts';
import { quotasCheck } from './doctor/quotas.ts';
import { serviceRolesCheck } from './doctor/service-roles.ts';
import { sweepCheck } from './doctor/sweep.ts';
import { topicsCheck } from './doctor/topics.ts';
import { wiringCheck } from './doctor/wiring.ts';
import { inWords } from './failure.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'looks over an installation and says what is wrong with it, and what to do',
  options: { json: { type: 'boolean' } },
  help: `Says first whether the installation is emulated or real, and then a line for each thing that it looks at: the roles
that groups name, alarms, topics, dead letters, the sweep, the table of the log, what reads its stream, quotas and the
clock. ✓ is well, ! may be wrong and ✗ is wrong; below stands what to do. It changes nothing, looks with your own AWS
credentials and says what those do not permit it to see. --json is one line of JSON for each.

Example: sluice doctor
         sluice doctor --stack Sluice --region eu-north-1 --json

Exit code: 0 where nothing is wrong (✗), else 1.`,
  run: examine,
};

/** In the order in which they are told. */
const checks: readonly Check[] = [
  placeCheck,
  serviceRolesCheck,
  alarmVisibilityCheck,
  topicsCheck,
  deadLettersCheck,
  sweepCheck,
  logTableCheck,
  wiringCheck,
  quotasCheck,
  clockCheck,
];

async function examine({ values, terminal, connect, now }: Invocation): Promise<ExitCode> {
  const { account: open, tables, place } = await connect();
  const account = await open();
  const identity = await account.identity();
  const examination: Examination = {
    account,
    identity,
    outputs: await account.stack.outputs(),
    rows: tables.reader,
    resources: once(() => account.stack.resources()),
    groups: once(() => everyGroup(tables.reader)),
    place,
    now: now(),
  };
  const findings = (await Promise.all(checks.map((check) => looked(check, examination)))).flat();
  const colours = terminal.paper?.colours === true;
  for (const finding of findings) {
    const lines = values['json'] === true ? [JSON.stringify(finding)] : findingLines(finding, colours);
    for (const line of lines) terminal.print(line);
  }
  return findings.some(({ level }) => level === 'red') ? 1 : 0;
}

/** What a check cannot see is a finding as well. */
async function looked({ name, action, look }: Check, examination: Examination): Promise<readonly Finding[]> {
  try {
    return (await look(examination)).map((found) => ({ check: name, ...found }));
  } catch (error) {
    return [{ check: name, ...unseen(error, action, examination) }];
  }
}

function unseen(error: unknown, action: string, { place }: Examination): Found {
  if (awsFailure(error)?.status === 'denied') {
    const denied = /perform: ([\w-]+:\w+)/.exec((error as Error).message)?.[1] ?? action;
    return yellow(
      `not permitted: ${denied}`,
      `Allow it to whoever looks; AWS's policy ReadOnlyAccess has it.`,
    );
  }
  const words = inWords(error, place);
  // Only AWS can fail in a way that nobody foresaw; anything else is a bug, and keeps its stack trace.
  if (!(error instanceof Error) || !('$metadata' in error || words !== error)) throw error;
  return yellow(`could not be looked at: ${error.name}: ${error.message}`, 'Look again in a minute.');
}

function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  return () => (asked ??= ask());
}
