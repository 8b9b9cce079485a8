import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CannotDo,
  type Command,
  type ExitCode,
  type Invocation,
  UsageError,
  type Values,
} from './command.ts';
import { consented, consentOptions } from './consent.ts';
import { type ConfigFile, readConfigFile, replaceConfigFile } from './profile/config-file.ts';
import { type Section, linesOf, withSection } from './profile/config-text.ts';
import { headerOf, recordedSource, sectionsFor } from './profile/sections.ts';
import type { Target } from './target.ts';

export const profile: Command = {
  name: 'profile',
  summary: 'writes a profile for the AWS CLI and SDKs that speaks to Sluice',
  options: { name: { type: 'string' }, 'source-profile': { type: 'string' }, ...consentOptions },
  help: `Writes a profile into the AWS config file (AWS_CONFIG_FILE, else ~/.aws/config) with the region and, in a services section,
the endpoint of CodeDeploy. It is called like the stack in small letters, or sluice-local; --name NAME calls it otherwise.
It says first what it will write, and asks; --yes does not ask. Nothing else in the file changes, and a profile that it
did not write is left alone. Run it again when the endpoint has changed, as it does with each \`npm start\`.

The profile of the local cloud holds its credentials. Any other has those of --source-profile NAME, else of AWS_PROFILE or
default: it says what that profile says of them, or has them read where they lie in the credentials file.

It prints the variable that has the AWS CLI and boto3 sign for API Gateway. A shell that has it set cannot speak to AWS
CodeDeploy itself.

Example: sluice profile --name deploy --source-profile work

Exit code: 0 where the profile is written, or was so already; 1 where it was not, or not wanted; 2 where there is no
terminal to ask in and no --yes.`,
  run: (invocation) => writeProfile(invocation, { variables: process.env, home: homedir() }),
};

/** What a run finds of the person it runs for. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export async function writeProfile(invocation: Invocation, surroundings: Surroundings): Promise<ExitCode> {
  const { values, terminal, connect } = invocation;
  const given = nameGiven(values['name']);
  const { target, place } = await connect();
  const name = given ?? defaultName(target);
  const file = await readConfigFile(pathOf('AWS_CONFIG_FILE', 'config', surroundings));
  const source = await sourceOf(name, file, values, surroundings);
  const sections = sectionsFor(target, { name, source }, file.text);
  const text = sections.reduce(withSection, file.text);
  if (text === file.text) {
    terminal.note(`${file.path} has the profile ${name} for ${place} already.`);
  } else {
    if (!(await consented(plan(file, sections), invocation))) return 1;
    await replaceConfigFile(file, text);
  }
  terminal.print(`export AWS_DATA_PATH=${dataPath(surroundings)}`);
  terminal.note(`Then: aws deploy list-applications --profile ${name}`);
  return 0;
}

/** Nobody should reach Sluice, or a local cloud, without having named it. */
function nameGiven(name: Values[string]): string | undefined {
  if (name === undefined) return undefined;
  if (typeof name === 'string' && name !== 'default' && /^[\w.@+:-]+$/.test(name)) return name;
  throw new UsageError(
    `--name takes letters, digits and .@+:-_ (not default, which everything would use), not ${JSON.stringify(name)}.`,
  );
}

/** A local cloud that happens to run must not take the place of a real installation. */
function defaultName({ stackName, client }: Target): string {
  return client.credentials === undefined ? stackName.toLowerCase() : 'sluice-local';
}

/** Whose credentials it is to use. Throws CannotDo where that is asked for by name and does not exist. */
async function sourceOf(
  name: string,
  { text }: ConfigFile,
  values: Values,
  surroundings: Surroundings,
): Promise<string | undefined> {
  const asked = values['source-profile'];
  if (asked === name) throw new UsageError(`the profile ${name} cannot have its own credentials.`);
  const source =
    typeof asked === 'string' ? asked : (recordedSource(name, text) ?? habit(name, surroundings));
  if (linesOf(text, headerOf(source)) !== undefined) return source;
  const credentials = await readConfigFile(
    pathOf('AWS_SHARED_CREDENTIALS_FILE', 'credentials', surroundings),
  );
  if (linesOf(credentials.text, source) !== undefined) return source;
  if (asked === undefined) return undefined;
  throw new CannotDo(
    `there is no profile ${source} in ${pathOf('AWS_CONFIG_FILE', 'config', surroundings)}.`,
  );
}

/** What the person uses without saying so; the profile itself, once it is in use, has nothing of its own. */
function habit(name: string, { variables: { AWS_PROFILE: used } }: Surroundings): string {
  return used === undefined || used === '' || used === name ? 'default' : used;
}

function pathOf(variable: string, file: string, { variables, home }: Surroundings): string {
  const path = variables[variable];
  if (path === undefined || path === '') return join(home, '.aws', file);
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

function plan({ path }: ConfigFile, sections: readonly Section[]): readonly string[] {
  return [
    `Writes into ${path}:`,
    ...sections.flatMap(({ name, lines }) => [
      '',
      `  [${name}]`,
      ...lines.map((line) => `  ${readable(line)}`),
    ]),
    '',
  ];
}

/** The file is kept byte by byte; people read UTF-8. */
function readable(line: string): string {
  return Buffer.from(line, 'latin1').toString('utf8');
}

/** The folder of this repository, before what is there already. */
function dataPath({ variables }: Surroundings): string {
  const folder = fileURLToPath(new URL('../clients', import.meta.url));
  const present = (variables['AWS_DATA_PATH'] ?? '').split(':');
  const others = present.filter((path) => path !== '' && path !== folder);
  return [folder, ...others]
    .map((path) => (/^[\w./+@-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`))
    .join(':');
}
