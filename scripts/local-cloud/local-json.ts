import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CloudAddress } from './cloud-address.ts';
import type { StackOutputs } from './deploy.ts';

/** What `.sluice/local.json` says of the local cloud while it is up: all that a client needs. */
export interface LocalJson {
  /** The URL that clients of CodeDeploy take as it is; it ends with the slash that the AWS CLI needs. */
  readonly endpoint: string;
  /** Takes the answers of validation functions: an unsigned POST at exactly this URL. */
  readonly hooksEndpoint: string;
  /** Takes the calls of agents on hosts, with a slash and a host's secret behind it. */
  readonly hostsEndpoint: string;
  /** The emulator itself, for clients of all other services. */
  readonly cloudEndpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The ARNs of the service roles that the stack made, ready to be named by groups. */
  readonly serviceRoles: { readonly Lambda: string; readonly Server: string };
  readonly stackName: string;
  /** The ARN of each workflow by its name in the stack's outputs. */
  readonly stateMachines: Readonly<Record<string, string>>;
  /** The names of the tables. */
  readonly tables: { readonly log: string; readonly rows: string; readonly live: string };
  readonly alarmTopicArn: string;
  /** Where our own agent sends the whole output of scripts. */
  readonly outputBucketName: string;
  /** Told of every event of every deployment. */
  readonly notificationTopicArn: string;
  /** Where rules find the changes of deployments, as CodeDeploy tells of its own. */
  readonly eventBusName: string;
  /** Encrypts the tokens that `sluice github connect` stores. */
  readonly gitHubKeyArn: string;
  /** Publishes events; `sluice republish` invokes it. */
  readonly notifyFunctionName: string;
  /** Divides the minutes of deployment configurations; 1 where they last as long as they say. */
  readonly timeScale: number;
}

export interface DeployedStack {
  readonly stackName: string;
  readonly timeScale: number;
  readonly outputs: StackOutputs;
}

const STATE_MACHINE = 'StateMachine';

export function localJson(cloud: CloudAddress, stack: DeployedStack): LocalJson {
  const { outputs } = stack;
  // The output says http://<api id>.execute-api.…, a name that no resolver of this machine needs to know.
  const [apiId] = new URL(outputs.ApiEndpoint).hostname.split('.');
  const endpoint = `${cloud.endpoint}/_aws/execute-api/${apiId}/`;
  return {
    endpoint,
    hooksEndpoint: `${endpoint}hooks`,
    hostsEndpoint: `${endpoint}hosts`,
    cloudEndpoint: cloud.endpoint,
    region: cloud.region,
    accountId: cloud.accountId,
    credentials: cloud.credentials,
    serviceRoles: { Lambda: outputs.LambdaServiceRoleArn, Server: outputs.ServerServiceRoleArn },
    stackName: stack.stackName,
    stateMachines: Object.fromEntries(
      Object.entries(outputs)
        .filter(([name]) => name.startsWith(STATE_MACHINE))
        .map(([name, arn]) => [name.slice(STATE_MACHINE.length), arn]),
    ),
    tables: { log: outputs.LogTableName, rows: outputs.RowsTableName, live: outputs.LiveTableName },
    alarmTopicArn: outputs.AlarmTopicArn,
    outputBucketName: outputs.OutputBucketName,
    notificationTopicArn: outputs.NotificationTopicArn,
    eventBusName: outputs.EventBusName,
    gitHubKeyArn: outputs.GitHubKeyArn,
    notifyFunctionName: outputs.NotifyFunctionName,
    timeScale: stack.timeScale,
  };
}

export function localJsonPath(projectFolder: string): string {
  return join(projectFolder, '.sluice', 'local.json');
}

/** Whoever waits for the file never sees half of it. */
export async function writeLocalJson(path: string, content: LocalJson): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(content, undefined, 2)}\n`);
  await rename(draft, path);
}

/** Undefined where no local cloud is up. */
export async function readLocalJson(path: string): Promise<LocalJson | undefined> {
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as LocalJson) : undefined;
}

/** Leaves the file of another cloud alone that was started in the same folder after ours. */
export async function removeLocalJson(path: string, ours: LocalJson): Promise<void> {
  const present = await readLocalJson(path).catch(() => undefined);
  if (present?.cloudEndpoint === ours.cloudEndpoint) {
    await rm(path, { force: true });
  }
}
