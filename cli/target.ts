import type { CloudFormationClientConfig, Stack } from '@aws-sdk/client-cloudformation';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import type { TableNames } from '../functions/adapters/event-store.ts';
import { clientDefaults } from '../functions/adapters/aws-clients.ts';
import { CannotDo, UsageError, type Values } from './command.ts';
import { inWords } from './failure.ts';

/** The installation that a command is about. */
export interface Target {
  /** In words, for messages. */
  readonly place: string;
  /** An emulator on this machine, and no account of AWS. */
  readonly isEmulated: boolean;
  readonly stackName: string;
  readonly tables: TableNames;
  /**
   * The ARNs of the workflow of functions, of the one that calls validation functions, and of that of fleets where the
   * stack has it.
   */
  readonly stateMachines: { readonly lambda: string; readonly hook: string; readonly inPlace?: string };
  /** Their ARNs, where the stack has them. */
  readonly topics: { readonly alarms?: string; readonly notifications?: string };
  /** Publishes events; undefined where the stack is older than that. */
  readonly notifyFunctionName?: string | undefined;
  /** Where tokens for GitHub are kept, and the key that encrypts them; undefined where the stack is older than that. */
  readonly gitHub?: { readonly keyArn: string; readonly liveTable: string } | undefined;
  /** The CodeDeploy-compatible URL. */
  readonly apiEndpoint: string;
  /** For every client of AWS; empty members mean the SDK's own defaults. */
  readonly client: {
    readonly region?: string;
    readonly endpoint?: string;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

export type Selection =
  | { readonly type: 'local' }
  | { readonly type: 'stack'; readonly stackName: string; readonly region?: string };

/** The name that `cdk deploy` gives without being told another. */
const DEFAULT_STACK = 'Sluice';

/** An option outweighs what runs, and what runs outweighs a habit of the shell. Throws UsageError. */
export function selection(
  { local, stack, region }: Values,
  { isLocalUp, stackVariable }: { readonly isLocalUp: boolean; readonly stackVariable: string | undefined },
): Selection {
  const inRegion = typeof region === 'string' ? { region } : {};
  if (local === true && stack !== undefined) throw new UsageError('--local and --stack exclude each other.');
  if (local === true) return { type: 'local' };
  if (typeof stack === 'string') return { type: 'stack', stackName: stack, ...inRegion };
  // The local cloud is in no region of AWS: who names one does not mean it.
  if (isLocalUp && region === undefined) return { type: 'local' };
  const stackName = stackVariable === undefined || stackVariable === '' ? DEFAULT_STACK : stackVariable;
  return { type: 'stack', stackName, ...inRegion };
}

/** What `npm start` writes once it is ready, as far as it is read here. */
const localFile = z.object({
  endpoint: z.string().min(1),
  cloudEndpoint: z.string().min(1),
  region: z.string().min(1),
  stackName: z.string().min(1),
  credentials: z.object({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) }),
  tables: z.object({ log: z.string().min(1), rows: z.string().min(1), live: z.string().exactOptional() }),
  stateMachines: z.object({
    Lambda: z.string().min(1),
    Hook: z.string().min(1),
    InPlace: z.string().min(1).exactOptional(),
  }),
  alarmTopicArn: z.string().exactOptional(),
  notificationTopicArn: z.string().exactOptional(),
  notifyFunctionName: z.string().exactOptional(),
  gitHubKeyArn: z.string().exactOptional(),
});

/** `text` is the content of .sluice/local.json, undefined where there is none. Throws CannotDo. */
export function localTarget(text: string | undefined): Target {
  if (text === undefined) {
    throw new CannotDo(
      'no local cloud is running here (there is no .sluice/local.json). Run `npm start` first.',
    );
  }
  const { success, data } = localFile.safeParse(json(text));
  if (!success) {
    throw new CannotDo('.sluice/local.json cannot be read: end the local cloud and run `npm start` again.');
  }
  const { cloudEndpoint, region, credentials, tables, endpoint, stateMachines, stackName } = data;
  const { alarmTopicArn, notificationTopicArn } = data;
  return {
    place: `the local cloud at ${cloudEndpoint}`,
    isEmulated: true,
    stackName,
    tables: { log: tables.log, rows: tables.rows },
    stateMachines: machinesOf(stateMachines.Lambda, stateMachines.Hook, stateMachines.InPlace),
    topics: topicsOf(alarmTopicArn, notificationTopicArn),
    notifyFunctionName: data.notifyFunctionName,
    gitHub: gitHubOf(data.gitHubKeyArn, tables.live),
    apiEndpoint: endpoint,
    client: { region, endpoint: cloudEndpoint, credentials },
  };
}

/** Throws CannotDo where the stack is none of Sluice's. */
export function stackTarget(
  stackName: string,
  region: string,
  { Outputs = [] }: Pick<Stack, 'Outputs'>,
): Target {
  const find = (name: string) => Outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  const output = (name: string): string => {
    const value = find(name);
    if (value !== undefined) return value;
    throw new CannotDo(
      `the stack ${stackName} in ${region} has no output ${name}, so it is no Sluice or an old one. ` +
        'Name another with --stack, or deploy it again with `npx cdk deploy`.',
    );
  };
  return {
    place: `the stack ${stackName} in ${region}`,
    isEmulated: false,
    stackName,
    tables: { log: output('LogTableName'), rows: output('RowsTableName') },
    stateMachines: machinesOf(
      output('StateMachineLambda'),
      output('StateMachineHook'),
      find('StateMachineInPlace'),
    ),
    topics: topicsOf(find('AlarmTopicArn'), find('NotificationTopicArn')),
    notifyFunctionName: find('NotifyFunctionName'),
    gitHub: gitHubOf(find('GitHubKeyArn'), find('LiveTableName')),
    apiEndpoint: output('ApiEndpoint'),
    client: { region },
  };
}

function machinesOf(lambda: string, hook: string, inPlace: string | undefined): Target['stateMachines'] {
  return { lambda, hook, ...(inPlace !== undefined && { inPlace }) };
}

function gitHubOf(keyArn: string | undefined, liveTable: string | undefined): Target['gitHub'] {
  return keyArn === undefined || liveTable === undefined ? undefined : { keyArn, liveTable };
}

function topicsOf(alarms: string | undefined, notifications: string | undefined): Target['topics'] {
  return { ...(alarms !== undefined && { alarms }), ...(notifications !== undefined && { notifications }) };
}

/** Asks CloudFormation, with the credentials and region that every client of AWS finds by default. */
export async function findStack({
  stackName,
  region,
}: {
  readonly stackName: string;
  readonly region?: string;
}): Promise<Target> {
  const config: CloudFormationClientConfig = {
    ...clientDefaults,
    ...(region === undefined ? {} : { region }),
  };
  const client = new CloudFormationClient(config);
  let place = `the stack ${stackName}`;
  try {
    const where = await client.config.region();
    place = `the stack ${stackName} in ${where}`;
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return stackTarget(stackName, where, Stacks[0] ?? {});
  } catch (error) {
    throw stackFailure(error, stackName, place);
  } finally {
    client.destroy();
  }
}

/** What to do about a stack that could not be asked for. */
export function stackFailure(error: unknown, stackName: string, place: string): unknown {
  // It says so of a stack that is not there as of a name that no stack can have.
  if (error instanceof Error && error.name === 'ValidationError') {
    return new CannotDo(
      `there is no stack ${stackName} (looked for ${place}). Name yours with --stack, its region with --region; ` +
        'deploy one with `npx cdk deploy`, or run `npm start` for a local cloud.',
    );
  }
  return inWords(error, place);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
