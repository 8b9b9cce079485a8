import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { rowKeys } from '../../core/views/row-keys.ts';
import { type StrictFrontDoor, strictFrontDoor } from '../support/strict-front-door.ts';
import { type AwsCli, INSTALL_MILLISECONDS, awsCli } from './aws-cli/aws-cli.ts';
import { rows, store } from './cloud.ts';
import { type Credentials, policyOf, userUnder } from './iam-users.ts';
import { localFileWith } from './sluice.ts';

type Environment = Readonly<Record<string, string>>;

const region = 'eu-north-1';
const key = { accessKeyId: 'AKIAUSER', secretAccessKey: randomUUID() };
const folder = mkdtempSync(join(tmpdir(), 'sluice-clients-'));

let door: StrictFrontDoor;
let aws: AwsCli;
beforeAll(async () => {
  door = await strictFrontDoor(() => ({ ...key, region }));
  aws = await awsCli();
}, INSTALL_MILLISECONDS);
afterAll(async () => {
  aws.remove();
  rmSync(folder, { recursive: true });
  await door.close();
});

/** Nothing of the person who runs the tests. */
function bare(environment: Environment): Environment {
  return {
    HOME: folder,
    AWS_MAX_ATTEMPTS: '1',
    PATH: `${aws.folder}:${process.env['PATH']}`,
    ...environment,
  };
}

const atTheDoor = (): Environment => ({
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: key.accessKeyId,
  AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
  AWS_ENDPOINT_URL_CODEDEPLOY: door.endpoint,
});

const CLIENTS: readonly (readonly [string, (environment: Environment) => Promise<string>])[] = [
  [
    'the AWS CLI',
    (environment) => ran('aws', ['deploy', 'list-applications', '--output', 'text'], environment),
  ],
  ['boto3', (environment) => ran('.sluice/venv/bin/python', ['-c', BOTO3], environment)],
];

const BOTO3 = `
import boto3
print("APPLICATIONS", *boto3.client("codedeploy").list_applications()["applications"], sep="\\t")
`;

async function ran(command: string, words: readonly string[], environment: Environment): Promise<string> {
  return (await promisify(execFile)(command, [...words], { env: bare(environment) })).stdout.trim();
}

describe.each(CLIENTS)('%s', (_, list) => {
  it('signs for CodeDeploy, which API Gateway does not let in', async () => {
    await expect(list(atTheDoor())).rejects.toThrow('403');
    expect(door.seen.at(-1)?.fault).toBe('it is signed for codedeploy');
  });

  it('signs for API Gateway where AWS_DATA_PATH names the folder of this repository', async () => {
    expect(await list({ ...atTheDoor(), AWS_DATA_PATH: 'clients' })).toBe('APPLICATIONS\tshop');
    expect(door.seen.at(-1)?.fault).toBeUndefined();
  });

  it('needs nothing but that variable with a profile that sluice profile has written', async () => {
    const file = localFileWith({ endpoint: door.endpoint, region, credentials: key });
    const config = { AWS_CONFIG_FILE: join(folder, 'config'), SLUICE_LOCAL_JSON: file };
    const printed = await ran('node', ['cli/sluice.mjs', 'profile', '--name', 'mine', '--yes'], config);
    const [, AWS_DATA_PATH = ''] = /^export AWS_DATA_PATH=(.*)$/.exec(printed) ?? [];
    expect(await list({ ...config, AWS_PROFILE: 'mine', AWS_DATA_PATH })).toBe('APPLICATIONS\tshop');
    expect(door.seen.at(-1)?.fault).toBeUndefined();
  });
});

describe('sluice proxy, on the local cloud', () => {
  it('lets a client that signs for CodeDeploy act with the rights of a user, until it is ended', async () => {
    const user = await userUnder(policyOf({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }));
    const proxy = await proxyFor(user.key);
    const name = `proxied-${randomUUID().slice(0, 8)}`;
    const create = ['deploy', 'create-application', '--compute-platform', 'Lambda', '--application-name'];
    expect(await ran('aws', [...create, name], proxy.environment)).toContain('applicationId');
    expect(await creatorOf(name)).toEqual({ type: 'user', id: user.arn });
    const guessed = { ...proxy.environment, AWS_SECRET_ACCESS_KEY: 'a guess' };
    await expect(ran('aws', [...create, `${name}-2`], guessed)).rejects.toThrow('InvalidSignatureException');
    expect(await proxy.end('SIGINT')).toBe(0);
    await expect(ran('aws', [...create, `${name}-3`], proxy.environment)).rejects.toThrow(
      'Could not connect',
    );
  });

  it("serves the AWS CLI's own way to register a host with its tags, and to deregister it", async () => {
    const user = await userUnder(policyOf({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }));
    const proxy = await proxyFor(user.key);
    const name = `host-${randomUUID().slice(0, 8)}`;
    const command = (word: string, ...words: readonly string[]) =>
      ran('aws', ['deploy', word, '--instance-name', name, ...words], proxy.environment);
    const said = await command('register', '--iam-user-arn', user.arn, '--tags', 'Key=stage,Value=Prod');
    expect(said).toContain('Registering the on-premises instance... DONE');
    expect(JSON.parse(await command('get-on-premises-instance')).instanceInfo).toMatchObject({
      iamUserArn: user.arn,
      tags: [{ Key: 'stage', Value: 'Prod' }],
    });
    await command('deregister', '--no-delete-iam-user');
    const { instanceInfo } = JSON.parse(await command('get-on-premises-instance'));
    expect(instanceInfo).toMatchObject({ deregisterTime: expect.anything(), tags: [] });
    expect(await proxy.end('SIGINT')).toBe(0);
  });

  it('does not give it rights that the user does not have', async () => {
    const stranger = await userUnder();
    const proxy = await proxyFor(stranger.key);
    await expect(ran('aws', ['deploy', 'list-applications'], proxy.environment)).rejects.toThrow(
      `(AccessDeniedException) when calling the ListApplications operation: User: ${stranger.arn} is not`,
    );
    expect(await proxy.end('SIGTERM')).toBe(0);
  });
});

async function creatorOf(applicationName: string): Promise<unknown> {
  const row = await rows.get(rowKeys.applicationName(applicationName));
  const { applicationId } = JSON.parse(row?.data ?? '{}') as { readonly applicationId: string };
  const [created] = await store.load(`application#${applicationId}`);
  return JSON.parse(created?.actor ?? '{}');
}

/** A proxy with the credentials of this user, and the environment that it has printed. */
async function proxyFor(credentials: Credentials) {
  const running = spawn('node', ['cli/sluice.mjs', 'proxy'], {
    env: bare({ SLUICE_LOCAL_JSON: localFileWith({ credentials }) }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void running.kill('SIGKILL'));
  let printed = '';
  for await (const chunk of running.stdout) {
    printed += String(chunk);
    if (printed.includes('unset')) break;
  }
  const pairs = [...printed.matchAll(/(AWS_\w+)=(\S+)/g)];
  return {
    environment: Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value])),
    end: async (signal: NodeJS.Signals): Promise<unknown> => {
      running.kill(signal);
      const [code] = (await once(running, 'exit')) as [number | null];
      return code;
    },
  };
}
