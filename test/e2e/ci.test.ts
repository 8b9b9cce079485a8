import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type AwsCli, INSTALL_MILLISECONDS, awsCli } from './aws-cli/aws-cli.ts';
import { type Fleet, alias, appSpec, eventually, fleet, local, stepFunctions } from './cloud.ts';
import { policyOf, userUnder } from './iam-users.ts';
import { bucketOfReleases, s3 } from './releases.ts';

type Environment = Readonly<Record<string, string>>;

const project = join(import.meta.dirname, '../..');
const document = (name: string): string => readFileSync(join(project, 'docs/ci', name), 'utf8');

let aws: AwsCli;
beforeAll(async () => {
  aws = await awsCli();
}, INSTALL_MILLISECONDS);

const folders: string[] = [];
afterAll(() => {
  aws.remove();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** What a checkout holds: the AppSpec, and Sluice in a folder beside it. */
function workspace(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-ci-'));
  folders.push(folder);
  writeFileSync(join(folder, 'appspec.yaml'), content);
  symlinkSync(project, join(folder, 'sluice'));
  return folder;
}

/** What the policy in the documents grants, and nothing else. */
async function pipelineOf({ applicationName }: Fleet): Promise<Environment> {
  const [apiId = ''] = /(?<=execute-api\/)[^/]+/.exec(local.endpoint) ?? [];
  const names: Environment = {
    REGION: local.region,
    ACCOUNT: local.accountId,
    API: apiId,
    APPLICATION: applicationName,
    STACK: local.stackName,
    LOG_TABLE: local.tables.log,
    ROWS_TABLE: local.tables.rows,
  };
  const policy = document('role-policy.json').replaceAll(
    /\b[A-Z]+(?:_[A-Z]+)*\b/g,
    (name) => names[name] ?? name,
  );
  const { Statement } = JSON.parse(policy) as { readonly Statement: readonly object[] };
  const { key } = await userUnder(policyOf(...Statement));
  return {
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_REGION: local.region,
    AWS_DEFAULT_REGION: local.region,
    // In a real account there is no such variable: all services are at their own addresses.
    AWS_ENDPOINT_URL: local.cloudEndpoint,
    AWS_ENDPOINT_URL_CODEDEPLOY: `${local.endpoint}applications/${applicationName}`,
    SLUICE_LOCAL_JSON: '/nonexistent',
    HOME: tmpdir(),
    PATH: `${aws.folder}:${process.env['PATH']}`,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

async function bash(words: readonly string[], cwd: string, env: Environment): Promise<Ran> {
  const running = spawn('bash', [...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  running.stdout.on('data', (chunk) => (output += String(chunk)));
  running.stderr.on('data', (chunk) => (output += String(chunk)));
  const [exitCode] = (await once(running, 'close')) as [number];
  return { exitCode, output };
}

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Environment;
  readonly 'working-directory'?: string;
}

interface Workflow {
  readonly jobs: { readonly deploy: { readonly env: Environment; readonly steps: readonly Step[] } };
}

const { env: jobEnvironment, steps } = (parse(document('github-actions.yml')) as Workflow).jobs.deploy;

/** Runs the steps of the workflow as GitHub does: each by bash -e, until one fails. */
async function workflow(content: string, shop: Fleet, pipeline: Environment): Promise<Ran> {
  const folder = workspace(content);
  const outputFile = join(folder, 'output');
  writeFileSync(outputFile, '');
  const own = {
    APPLICATION: shop.applicationName,
    GROUP: shop.deploymentGroupName,
    SLUICE_STACK: local.stackName,
  };
  const runner = { GITHUB_OUTPUT: outputFile, GITHUB_REPOSITORY: 'org/shop', GITHUB_SHA: 'abc' };
  const environment = { ...jobEnvironment, ...own, ...runner, ...pipeline };
  let output = '';
  for (const { run, env = {}, 'working-directory': directory = '.' } of steps.filter(isOurs)) {
    const outputs = Object.fromEntries(
      readFileSync(outputFile, 'utf8')
        .split('\n')
        .map((line) => line.split('=')),
    );
    const given = Object.entries(env).map(([name, value]) => [
      name,
      value.replaceAll(/\$\{\{ steps\.create\.outputs\.(\w+) \}\}/g, (_, key: string) =>
        String(outputs[key]),
      ),
    ]);
    const ran = await bash(['-e', '-c', run ?? ''], join(folder, directory), {
      ...environment,
      ...Object.fromEntries(given),
    });
    output += ran.output;
    if (ran.exitCode !== 0) return { exitCode: ran.exitCode, output };
  }
  return { exitCode: 0, output };
}

/** The dependencies are here already. */
function isOurs({ name, run }: Step): boolean {
  return run !== undefined && name !== 'Install Sluice';
}

function script(content: string, shop: Fleet, pipeline: Environment): Promise<Ran> {
  return bash([join(project, 'docs/ci/deploy.sh')], workspace(content), {
    ...pipeline,
    APPLICATION: shop.applicationName,
    GROUP: shop.deploymentGroupName,
    APPSPEC: 'appspec.yaml',
    POLL_SECONDS: '0.5',
  });
}

describe.each([
  ['the workflow of GitHub Actions', workflow],
  ['the shell script', script],
])('%s', (_, run) => {
  it('ends with 0 when its deployment has succeeded', async () => {
    const shop = await fleet();
    const { exitCode, output } = await run(
      appSpec(shop.functionName, '1', '2'),
      shop,
      await pipelineOf(shop),
    );
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringContaining('Succeeded') });
    expect(await alias(shop.functionName)).toEqual({ version: '2', weights: {} });
  });

  it('ends with another code, and the reason, when it has failed', async () => {
    const shop = await fleet();
    const { exitCode, output } = await run(
      appSpec(shop.functionName, '1', '9'),
      shop,
      await pipelineOf(shop),
    );
    expect({ exitCode, output }).toEqual({
      exitCode: 1,
      output: expect.stringContaining('INVALID_LAMBDA_FUNCTION'),
    });
  });

  it('ends with another code when it has the rights of another application', async () => {
    const [shop, other] = [await fleet(), await fleet()];
    const { exitCode, output } = await run(
      appSpec(shop.functionName, '1', '2'),
      shop,
      await pipelineOf(other),
    );
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/AccessDeniedException.*CreateDeployment/);
    expect(await alias(shop.functionName)).toEqual({ version: '1', weights: {} });
  });
});

describe('the workflow', () => {
  it('installs Sluice as it is installed here', () => {
    expect(steps.filter((step) => step.run !== undefined && !isOurs(step))).toMatchObject([
      { run: 'npm ci' },
    ]);
  });
});

interface Action {
  readonly configuration: { readonly InputType: string; readonly Input: string };
}

describe('the action of CodePipeline', () => {
  it('has an input that deploys', async () => {
    const shop = await fleet();
    const Bucket = await bucketOfReleases();
    const Body = appSpec(shop.functionName, '1', '2');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'CodeDeploy/quote-2.yaml', Body }));
    const { configuration } = JSON.parse(document('codepipeline-action.json')) as Action;
    expect(configuration.InputType).toBe('Literal');
    const { executionArn = '' } = await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn: local.stateMachines['Lambda'],
        input: configuration.Input.replace('"shop"', `"${shop.applicationName}"`)
          .replace('"prod"', `"${shop.deploymentGroupName}"`)
          .replace('"releases"', `"${Bucket}"`),
      }),
    );
    await eventually(
      'the execution succeeds',
      () => stepFunctions.send(new DescribeExecutionCommand({ executionArn })),
      ({ status }) => status === 'SUCCEEDED',
    );
    expect(await alias(shop.functionName)).toEqual({ version: '2', weights: {} });
  });
});
