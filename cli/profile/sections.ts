import { fileURLToPath } from 'node:url';
import { CannotDo } from '../command.ts';
import type { Target } from '../target.ts';
import { MARK, type Section, linesOf } from './config-text.ts';

export interface Wanted {
  /** Of the profile. */
  readonly name: string;
  /** The profile whose credentials it uses; undefined leaves them to the environment. */
  readonly source: string | undefined;
}

/** The two sections of a profile that speaks to this installation, for the config file with this text. */
export function sectionsFor(target: Target, wanted: Wanted, config: string): readonly Section[] {
  const { name } = wanted;
  const { region, endpoint, credentials } = target.client;
  return [
    {
      name: `profile ${name}`,
      lines: [
        MARK,
        ...(region === undefined ? [] : [`region = ${region}`]),
        `services = ${name}`,
        ...(endpoint === undefined ? [] : [`endpoint_url = ${endpoint}`]),
        ...(credentials === undefined
          ? sourceLines(wanted, config)
          : [
              `aws_access_key_id = ${credentials.accessKeyId}`,
              `aws_secret_access_key = ${credentials.secretAccessKey}`,
            ]),
      ],
    },
    {
      name: `services ${name}`,
      lines: [MARK, 'codedeploy =', `  endpoint_url = ${target.apiEndpoint}`],
    },
  ];
}

const SOURCE = '# Credentials as in the profile ';

/** The profile whose credentials a profile of ours was given when it was written. */
export function recordedSource(name: string, config: string): string | undefined {
  return linesOf(config, `profile ${name}`)
    ?.find((line) => line.startsWith(SOURCE))
    ?.slice(SOURCE.length);
}

/** The header of a profile's section in the config file; in the credentials file it is the name alone. */
export function headerOf(profile: string): string {
  return profile === 'default' ? profile : `profile ${profile}`;
}

/** All that the profile says of itself, but for where it is and which endpoints it uses. */
function sourceLines({ source }: Wanted, config: string): readonly string[] {
  if (source === undefined) return [];
  const inherited = keysOf(linesOf(config, headerOf(source)) ?? []).filter(
    ({ key }) => !NOT_INHERITED.has(key),
  );
  const isWhole = inherited.some(({ key }) => GIVES_CREDENTIALS.has(key));
  return [
    `${SOURCE}${source}`,
    ...inherited.flatMap(({ lines }) => lines),
    // Its keys lie in the credentials file, and stay there alone.
    ...(isWhole ? [] : [`credential_process = node ${quoted(KEYS)} ${quoted(source)}`]),
  ];
}

const KEYS = fileURLToPath(new URL('credentials.mjs', import.meta.url));

const NOT_INHERITED: ReadonlySet<string> = new Set([
  'region',
  'services',
  'endpoint_url',
  'ignore_configured_endpoint_urls',
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
]);

const GIVES_CREDENTIALS: ReadonlySet<string> = new Set([
  'role_arn',
  'credential_process',
  'login_session',
  'sso_session',
  'sso_start_url',
]);

/** Each key with the lines of its value, which are indented where there are more than one. */
function keysOf(
  lines: readonly string[],
): readonly { readonly key: string; readonly lines: readonly string[] }[] {
  const keys: { key: string; lines: string[] }[] = [];
  for (const line of lines) {
    const key = /^([^\s#;=][^=]*?)\s*=/.exec(line)?.[1];
    if (key !== undefined) keys.push({ key: key.toLowerCase(), lines: [line] });
    else if (/^\s+\S/.test(line)) keys.at(-1)?.lines.push(line);
  }
  return keys;
}

/** For the shell that some SDKs start the command with. */
function quoted(word: string): string {
  if (/^[\w.@+:/-]+$/.test(word)) return word;
  if (/^[\w.@+:/ -]+$/.test(word)) return `"${word}"`;
  throw new CannotDo(`${word} cannot be named safely in a command. Rename it first.`);
}
