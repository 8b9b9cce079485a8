import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Command, Connection, ExitCode, Invocation, Values } from './command.ts';
import { CannotDo, UsageError } from './command.ts';
import { connect } from './connect.ts';
import { cost } from './cost.ts';
import { doctor } from './doctor.ts';
import { drill } from './drill.ts';
import { events } from './events.ts';
import { inWords } from './failure.ts';
import { hostCertificate } from './host/certificate.ts';
import { hostList } from './host/list.ts';
import { hostRegister } from './host/register.ts';
import { hostRevoke } from './host/revoke.ts';
import { hostRotate } from './host/rotate.ts';
import { processInterrupted } from './interrupted.ts';
import { gitHubConnect } from './github-connect.ts';
import { list } from './list.ts';
import { output } from './output.ts';
import { profile } from './profile.ts';
import { proxy } from './proxy.ts';
import { redeploy } from './redeploy.ts';
import { replay } from './replay.ts';
import { roleTrust } from './role/trust.ts';
import { republish } from './republish.ts';
import { rollback } from './rollback.ts';
import { stop } from './stop.ts';
import { processTerminal } from './terminal.ts';
import { verify } from './verify.ts';
import { watch } from './watch.ts';

/** In the order of `sluice --help`. */
const commands: readonly Command[] = [
  watch,
  list,
  events,
  output,
  stop,
  redeploy,
  rollback,
  cost,
  verify,
  replay,
  republish,
  drill,
  doctor,
  hostRegister,
  hostRotate,
  hostRevoke,
  hostList,
  hostCertificate,
  roleTrust,
  gitHubConnect,
  profile,
  proxy,
];

/** What a run needs from outside, replaced by tests. */
export interface Surroundings extends Pick<Invocation, 'terminal' | 'now' | 'sleep' | 'interrupted'> {
  readonly connect: (values: Values) => Promise<Connection>;
}

export async function main(
  words: readonly string[],
  surroundings: Surroundings = realSurroundings(),
): Promise<ExitCode> {
  const { terminal } = surroundings;
  const [first, second] = words;
  if (first === undefined || first === 'help' || asksForHelp(first)) {
    const usage = overview();
    if (first === undefined) terminal.note(usage);
    else terminal.print(usage);
    return first === undefined ? 2 : 0;
  }
  const command = commands.find(({ name }) => begins(words, name));
  if (command === undefined) {
    const ofThing = commands.filter(({ name }) => name.startsWith(`${first} `));
    if (ofThing.length > 0 && second !== undefined && asksForHelp(second)) {
      terminal.print(overview(ofThing, first));
      return 0;
    }
    const usage = ofThing.length > 0 ? overview(ofThing, first) : overview();
    const asked = ofThing.length > 0 ? words.slice(0, 2) : [first];
    terminal.note(`sluice: there is no command ${asked.join(' ')}.\n\n${usage}`);
    return 2;
  }
  const { name } = command;
  try {
    return await run(command, words.slice(name.split(' ').length), surroundings);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.note(`sluice ${name}: ${error.message}\n\n${usageOf(command)}`);
      return 2;
    }
    if (error instanceof CannotDo) {
      terminal.note(`sluice ${name}: ${error.message}`);
      return 1;
    }
    throw error;
  }
}

function asksForHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}

function begins(words: readonly string[], name: string): boolean {
  return name.split(' ').every((word, index) => words[index] === word);
}

const targetOptions = {
  local: { type: 'boolean' },
  stack: { type: 'string' },
  region: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function run(
  command: Command,
  words: readonly string[],
  { connect: connectTo, ...surroundings }: Surroundings,
): Promise<ExitCode> {
  const { values, positionals } = parsed(command, words);
  if (values['help'] === true) {
    surroundings.terminal.print(`${usageOf(command)}\n\n${command.help}\n\n${TARGET_HELP}`);
    return 0;
  }
  const [argument = '', ...otherArguments] = argumentsOf(command, positionals);
  let place = 'the installation';
  try {
    return await command.run({
      argument,
      otherArguments,
      values,
      connect: async () => {
        const connection = await connectTo(values);
        place = connection.place;
        return connection;
      },
      ...surroundings,
    });
  } catch (error) {
    throw inWords(error, place);
  }
}

function argumentsOf(command: Command, given: readonly string[]): readonly string[] {
  const names = command.argument?.split(' ') ?? [];
  const missing = names[given.length];
  if (missing !== undefined) throw new UsageError(`say which: ${missing} is missing.`);
  // What a command that failed has put in its place: sluice watch "$(sluice redeploy …)"
  const empty = names[given.indexOf('')];
  if (empty !== undefined) throw new UsageError(`say which: ${empty} is empty.`);
  const unknown = given.slice(names.length);
  if (unknown.length > 0) throw new UsageError(`${unknown.join(' ')} is not understood.`);
  return given;
}

function parsed(
  command: Command,
  words: readonly string[],
): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    return parseArgs({
      args: [...words],
      options: { ...command.options, ...targetOptions },
      allowPositionals: true,
    });
  } catch (error) {
    // Only parseArgs itself is called here, and all that it throws is about the words it was given.
    // Its first sentence is about the fault, the rest about dashes.
    const [fault] = (error as Error).message.split('. ');
    throw new UsageError(`${fault}.`);
  }
}

function usageOf({ name, argument, options }: Command): string {
  const own = Object.entries(options).map(([option, { type, multiple }]) =>
    type === 'string'
      ? `[--${option} ${TAKES[option] ?? 'NAME'}]${multiple === true ? '…' : ''}`
      : `[--${option}]`,
  );
  const words = ['sluice', name, ...(argument === undefined ? [] : [argument]), ...own];
  return `Usage: ${words.join(' ')} [--local | --stack NAME] [--region REGION]`;
}

/** What an option takes, where it is no name. */
const TAKES: Readonly<Record<string, string>> = {
  timeout: 'SECONDS',
  at: 'MOMENT',
  event: 'EVENT',
  since: 'TIME',
  limit: 'NUMBER',
  port: 'NUMBER',
  status: 'STATUS',
  tag: 'KEY=VALUE',
  'iam-user-arn': 'ARN',
  'iam-session-arn': 'ARN',
};

const TARGET_HELP = `Which installation: the local cloud where \`npm start\` runs one (.sluice/local.json), else the stack Sluice
in the AWS account of your credentials. --local takes the first and nothing else; --stack NAME (or SLUICE_STACK)
names a stack, --region REGION (or AWS_REGION) its region, AWS_PROFILE the credentials. Either option means a stack in
AWS, whatever runs here. On the local cloud it acts with that cloud's own keys, whatever AWS_ACCESS_KEY_ID says.`;

/** Of all commands, or of those about one thing, whose name is the first word of theirs. */
function overview(listed = commands, thing?: string): string {
  const width = Math.max(...listed.map(({ name, argument = '' }) => `${name} ${argument}`.length));
  const lines = listed.map(
    ({ name, argument = '', summary }) => `  ${`${name} ${argument}`.padEnd(width)}  ${summary}`,
  );
  return [
    `Usage: sluice ${thing === undefined ? '' : `${thing} `}<command> [options]`,
    '',
    ...lines,
    '',
    thing === undefined
      ? 'sluice <command> --help tells more about each. Example: sluice watch d-A1B2C3D4E'
      : `sluice ${thing} <command> --help tells more about each.`,
  ].join('\n');
}

function realSurroundings(): Surroundings {
  return {
    terminal: processTerminal(),
    now: () => Date.now(),
    sleep: async (milliseconds) => {
      await delay(milliseconds);
    },
    interrupted: processInterrupted,
    connect,
  };
}
