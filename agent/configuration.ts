import { readFileSync, statSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

export const DEFAULT_CONFIGURATION_PATH = '/etc/sluice-agent/agent.yml';

/** What the agent is told of itself and of its service. */
export interface Configuration {
  /** Its path holds the secret of this host: it is written nowhere. */
  readonly endpoint: URL;
  readonly hostIdentifier: string;
  /** The only one whose signature under a specification counts. */
  readonly specificationCertificate: X509Certificate;
  readonly rootFolder: string;
  /** Where the files of revisions go: `/`, unless a host is to be only a folder. */
  readonly filesRoot: string;
  readonly secondsBetweenPolls: number;
  readonly mostRevisions: number;
  /** What works, and is not as it should be. */
  readonly warnings: readonly string[];
}

/** The file cannot be used. The message says what to do about it, and never quotes the secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** The service gives up a command that nobody has picked up for 300 s. */
const MOST_SECONDS_BETWEEN_POLLS = 240;

const shape = z.strictObject({
  deploy_control_endpoint: z.string(),
  host_identifier: z.string().min(1).max(1024),
  specification_certificate: z.string().min(1),
  root_dir: z.string().refine(isAbsolute, 'must be an absolute path').default('/opt/sluice-agent'),
  files_root: z.string().refine(isAbsolute, 'must be an absolute path').default('/'),
  wait_between_runs: z
    .number()
    .positive()
    .max(
      MOST_SECONDS_BETWEEN_POLLS,
      `must be at most ${MOST_SECONDS_BETWEEN_POLLS} seconds, because a deployment waits for a host no longer than 300`,
    )
    .default(15),
  max_revisions: z.number().int().positive().default(5),
  allow_http: z.boolean().default(false),
});

/** Reads the YAML file at `path`. Throws ConfigurationError. */
export function readConfiguration(
  path: string,
  variables: Readonly<NodeJS.ProcessEnv> = process.env,
): Configuration {
  const text = textOf(path, 'The configuration file');
  const parsed = shape.safeParse(yamlOf(path, text));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${faultOf(issue)}`);
    throw new ConfigurationError(`${path} cannot be used:\n${faults.join('\n')}`);
  }
  const members = parsed.data;
  return {
    endpoint: endpointOf(path, members.deploy_control_endpoint, members.allow_http),
    hostIdentifier: members.host_identifier,
    specificationCertificate: certificateOf(path, members.specification_certificate),
    rootFolder: members.root_dir,
    filesRoot: members.files_root,
    secondsBetweenPolls: members.wait_between_runs,
    mostRevisions: members.max_revisions,
    warnings: [...readersOf(path), ...proxyNotUsed(variables)],
  };
}

function textOf(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(
      `${what} ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}

/** What the parser says of a fault quotes the line, which may be the one with the secret: only its place is told. */
function yamlOf(path: string, text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    const { linePos } = error as {
      readonly linePos?: readonly { readonly line: number; readonly col: number }[];
    };
    const place = linePos?.[0] === undefined ? '' : ` at line ${linePos[0].line}, column ${linePos[0].col}`;
    throw new ConfigurationError(`${path} is no YAML: the fault is${place || ' somewhere in it'}.`);
  }
}

function faultOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    if (issue.keys.includes('proxy_uri')) return `proxy_uri: not read. ${HOW_TO_USE_A_PROXY}`;
    const known = Object.keys(shape.shape).join(', ');
    return `${issue.keys.join(', ')}: unknown here. The agent knows ${known}.`;
  }
  const [name] = issue.path;
  if (name === undefined) return `it must be a mapping with ${Object.keys(shape.shape).join(', ')}.`;
  return `${String(name)}: ${issue.message}`;
}

function endpointOf(path: string, text: string, allowHttp: boolean): URL {
  const endpoint = URL.canParse(text) ? new URL(text) : undefined;
  if (endpoint === undefined) {
    throw new ConfigurationError(
      `${path}: deploy_control_endpoint is no URL. \`sluice host register\` prints the one of this host.`,
    );
  }
  const isAllowed = endpoint.protocol === 'https:' || (allowHttp && endpoint.protocol === 'http:');
  if (isAllowed) return endpoint;
  throw new ConfigurationError(
    `${path}: deploy_control_endpoint must be an https URL, because the secret in it travels with each call. ` +
      'For a test on this machine, allow_http: true lets it be http.',
  );
}

function certificateOf(path: string, textOrPath: string): X509Certificate {
  const isText = textOrPath.includes('-----BEGIN');
  const text = isText ? textOrPath : textOf(textOrPath, `${path}: specification_certificate names a file:`);
  try {
    return new X509Certificate(text);
  } catch {
    throw new ConfigurationError(
      `${path}: specification_certificate is no certificate in PEM form, nor the path of one.`,
    );
  }
}

const READABLE_BY_OTHERS = 0o044;

function readersOf(path: string): readonly string[] {
  const { mode } = statSync(path);
  if ((mode & READABLE_BY_OTHERS) === 0) return [];
  return [`${path} holds the secret of this host and others than its owner may read it: chmod 600 ${path}`];
}

const HOW_TO_USE_A_PROXY =
  'The agent goes through a proxy where Node does: from Node 22.21 or 24.5 on, with NODE_USE_ENV_PROXY=1 and HTTPS_PROXY in its environment.';

function proxyNotUsed(variables: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  const name = ['HTTPS_PROXY', 'https_proxy'].find((known) => (variables[known] ?? '') !== '');
  const isUsed =
    variables['NODE_USE_ENV_PROXY'] === '1' && process.allowedNodeEnvironmentFlags.has('--use-env-proxy');
  return name === undefined || isUsed ? [] : [`${name} is set and not used. ${HOW_TO_USE_A_PROXY}`];
}
