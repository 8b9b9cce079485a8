import { CannotDo, UsageError } from '../command.ts';
import type { Command, Invocation, Values } from '../command.ts';
import { columns } from '../lines.ts';
import type { IssuedHostAnswer, HostView } from '../../core/views/v1-hosts.ts';
import type { HostsApi, Identity, Tag } from './hosts-api.ts';
import { hostsApi } from './hosts-api.ts';

const json = { type: 'boolean' } as const;

const SECRET_HELP = `The endpoint holds the secret of the host: it is shown this once and kept only as a hash. An agent takes it as it is, as its
deploy_control_endpoint. Keep the file that holds it readable by root alone. --json prints {hostIdentifier, endpoint}.`;

async function apiOf({ connect }: Invocation): Promise<HostsApi> {
  const { target } = await connect();
  return hostsApi(target);
}

export const hostRegister: Command = {
  name: 'host register',
  summary: 'lets a host of your own ask for deployments: prints its endpoint, once',
  argument: 'name',
  options: {
    json,
    tag: { type: 'string', multiple: true },
    'iam-user-arn': { type: 'string' },
    'iam-session-arn': { type: 'string' },
  },
  help: `${SECRET_HELP}

A name that is no on-premises instance yet is registered as one first: under --iam-user-arn or --iam-session-arn, which a stock agent
has in its own configuration, else under a session ARN made for it, which is all that the agent of Sluice needs. --tag Key=Value, as often
as wanted, gives it tags, by which deployment groups choose it.

Example: sluice host register web-1 --tag site=web

Exit code: 0 where it can ask for work now, 1 where not.`,
  run: async (invocation) => {
    const { argument: name, values, terminal } = invocation;
    const tags = tagsOf(values);
    const api = await apiOf(invocation);
    const { target } = await invocation.connect();
    const isNew = await api.registerInstance(name, identityOf(name, values, target.stateMachines.lambda));
    if (isNew && values['json'] !== true) terminal.note(`${name} is an on-premises instance now.`);
    if (tags.length > 0) await api.addTags(name, tags);
    return told(invocation, await api.register(name));
  },
};

export const hostRotate: Command = {
  name: 'host rotate',
  summary: 'gives a host another secret; the one before is good for a while yet',
  argument: 'name',
  options: { json },
  help: `${SECRET_HELP}

The secret before stays good for an hour, so that the host can be told the new one while it works.

Example: sluice host rotate web-1`,
  run: async (invocation) => told(invocation, await (await apiOf(invocation)).rotate(invocation.argument)),
};

export const hostRevoke: Command = {
  name: 'host revoke',
  summary: 'takes all secrets from a host, at once',
  argument: 'name',
  options: {},
  help: `The host can ask for nothing more from now on. It stays registered as an instance: aws deploy deregister-on-premises-instance ends that.

Example: sluice host revoke web-1`,
  run: async (invocation) => {
    await (await apiOf(invocation)).revoke(invocation.argument);
    invocation.terminal.note(`${invocation.argument} can ask for nothing more.`);
    return 0;
  },
};

export const hostCertificate: Command = {
  name: 'host certificate',
  summary: 'prints the certificate by which agents know who tells them what to do',
  options: {},
  help: `In PEM form, for the specification_certificate of an agent's configuration.

Example: sluice host certificate > /etc/sluice-agent/specification.pem`,
  run: async (invocation) => {
    invocation.terminal.print((await (await apiOf(invocation)).certificate()).trimEnd());
    return 0;
  },
};

export const hostList: Command = {
  name: 'host list',
  summary: 'lists hosts: when each asked for work last, its agent, and what it is at',
  options: { json },
  help: `A line each; --json prints an object a line.

Example: sluice host list`,
  run: async (invocation) => {
    const { terminal, values, now } = invocation;
    const hosts: HostView[] = [];
    for await (const host of (await apiOf(invocation)).list()) hosts.push(host);
    if (values['json'] === true) hosts.forEach((host) => terminal.print(JSON.stringify(host)));
    else for (const line of columns(hosts.map((host) => cells(host, now())))) terminal.print(line);
    return 0;
  },
};

function told({ values, terminal }: Invocation, { hostIdentifier, endpoint }: IssuedHostAnswer): 0 {
  if (values['json'] === true) terminal.print(JSON.stringify({ hostIdentifier, endpoint }));
  else terminal.print(`host identifier  ${hostIdentifier}\nendpoint         ${endpoint}`);
  return 0;
}

function cells(host: HostView, now: number): readonly string[] {
  const { name, lastPolledAt, agentVersion = '', isSilent, command } = host;
  const seen =
    lastPolledAt === undefined ? 'never asked for work' : `asked ${ago(now - Date.parse(lastPolledAt))} ago`;
  const work =
    command === undefined
      ? 'idle'
      : `${command.isAcknowledged ? 'at' : 'waits for'} ${command.lifecycleEventName} of ${command.deploymentId}`;
  return [name, isSilent && lastPolledAt !== undefined ? `${seen}: silent` : seen, agentVersion, work];
}

function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function tagsOf({ tag = [] }: Values): readonly Tag[] {
  if (!Array.isArray(tag)) return [];
  return tag.map((text) => {
    const [, Key = '', Value = ''] = /^([^=]+)=(.+)$/.exec(String(text)) ?? [];
    if (Key === '') throw new UsageError(`--tag takes Key=Value, not ${JSON.stringify(text)}.`);
    return { Key, Value };
  });
}

/** The session that is made up names no role: the agent of Sluice signs nothing. */
function identityOf(name: string, values: Values, arnOfAccount: string): Identity {
  const { 'iam-user-arn': iamUserArn, 'iam-session-arn': iamSessionArn } = values;
  if (typeof iamUserArn === 'string' && typeof iamSessionArn === 'string')
    throw new UsageError('--iam-user-arn and --iam-session-arn exclude each other.');
  if (typeof iamUserArn === 'string') return { iamUserArn };
  if (typeof iamSessionArn === 'string') return { iamSessionArn };
  const [, partition, , , accountId] = arnOfAccount.split(':');
  if (accountId === undefined) throw new CannotDo('the account of the installation is not known.');
  return { iamSessionArn: `arn:${partition}:sts::${accountId}:assumed-role/sluice-host/${name}` };
}
