import {
  CannotDo,
  type Command,
  type ExitCode,
  type Invocation,
  UsageError,
  type Values,
} from '../command.ts';
import { tellEndpoint } from './tell-endpoint.ts';
import type { HostIdentity, HostTag, HostsApi } from './hosts-api.ts';

export const hostRegister: Command = {
  name: 'host register',
  argument: '<name>',
  summary: 'lets the agent on an on-premises host in: tells its endpoint, once',
  options: {
    'iam-user-arn': { type: 'string' },
    'iam-session-arn': { type: 'string' },
    tag: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  },
  help: `Registers the on-premises instance where it is not yet, with the tags by which groups find it, and prints what the agent
on the host is configured with. The endpoint holds the secret of the host and is shown this once: only its hash is kept.

A stock agent signs with keys of its own and calls itself by their ARN: name it with --iam-user-arn or
--iam-session-arn. Without either the host goes by a session ARN that is made for it; our own agent needs no keys.

Example: sluice host register web-7 --tag Environment=Prod --tag Role=web
         sluice host register web-7 --json > web-7.json

Exit code: 0 where it was registered; 1 where it has a secret already (sluice host rotate gives it another) or was refused.`,
  run: register,
};

async function register(invocation: Invocation): Promise<ExitCode> {
  const { argument: name, values, connect } = invocation;
  const given = identityOf(values);
  const tags = tagsOf(values);
  const { hosts, target, place } = await connect();
  const api = await hosts();
  const isNew = await registered(api, name, given ?? madeFor(name, target.stateMachines.lambda), given);
  try {
    if (tags.length > 0) await api.tagInstance(name, tags);
    tellEndpoint(invocation, name, await api.issue(name), place);
  } catch (error) {
    throw isNew && error instanceof CannotDo ? new CannotDo(`${error.message} ${halfWay(name)}`) : error;
  }
  return 0;
}

/** Whether it was not before. */
async function registered(
  api: HostsApi,
  name: string,
  identity: HostIdentity,
  given: HostIdentity | undefined,
): Promise<boolean> {
  const present = await api.identifierOf(name);
  if (present === undefined) {
    await api.registerInstance(name, identity);
    return true;
  }
  const wanted = given === undefined ? present : Object.values(given)[0];
  if (wanted !== present) {
    throw new CannotDo(
      `${name} is registered already and goes by ${present}. Leave the ARN out, or deregister it first: ` +
        deregister(name),
    );
  }
  return false;
}

function halfWay(name: string): string {
  return `${name} is registered now and has no secret yet. Run the same again when that is mended, or take it back: ${deregister(name)}`;
}

function deregister(name: string): string {
  return `aws deploy deregister-on-premises-instance --instance-name ${name}`;
}

function identityOf(values: Values): HostIdentity | undefined {
  const { 'iam-user-arn': iamUserArn, 'iam-session-arn': iamSessionArn } = values;
  if (iamUserArn !== undefined && iamSessionArn !== undefined) {
    throw new UsageError('--iam-user-arn and --iam-session-arn exclude each other.');
  }
  if (typeof iamUserArn === 'string') return { iamUserArn };
  return typeof iamSessionArn === 'string' ? { iamSessionArn } : undefined;
}

/** Nobody assumes that role: the ARN is a name that no other host has. `ofStack` is any ARN of the stack's account. */
function madeFor(name: string, ofStack: string): HostIdentity {
  const [, partition = '', , , accountId = ''] = ofStack.split(':');
  return { iamSessionArn: `arn:${partition}:sts::${accountId}:assumed-role/sluice-host/${name}` };
}

function tagsOf({ tag }: Values): readonly HostTag[] {
  return [tag ?? []].flat().map((text) => {
    const [Key = '', ...value] = String(text).split('=');
    if (Key === '' || value.length === 0) throw new UsageError(`--tag takes KEY=VALUE, not ${String(text)}.`);
    return { Key, Value: value.join('=') };
  });
}
