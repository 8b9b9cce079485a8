import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { buildSync } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import { zippedFunction } from '../../scripts/local-cloud/zipped-function.ts';
import { type Fleet, appSpec, executionRole, lambda, local } from './cloud.ts';

/** Stock roles may call functions of this name only. */
function hookName(): string {
  return `CodeDeployHook_${randomUUID().slice(0, 8)}`;
}

export async function hook(
  zip: Uint8Array,
  runtime: 'nodejs24.x' | 'python3.12' = 'nodejs24.x',
  environment = {},
): Promise<string> {
  const FunctionName = hookName();
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: runtime,
      Role: await executionRole(),
      Handler: 'index.handler',
      Timeout: 60,
      Code: { ZipFile: zip },
      Environment: { Variables: environment },
    }),
  );
  return FunctionName;
}

/** As its author would write it for CodeDeploy, but for the one variable; `settings` are those of the client. */
export const sdkHook = (status: 'Succeeded' | 'Failed', settings: object = {}): string => `
import { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } from '@aws-sdk/client-codedeploy';
const codedeploy = new CodeDeployClient(${JSON.stringify(settings)});
export const handler = async (event) => {
  console.log('validating', event.TargetVersion);
  await codedeploy.send(new PutLifecycleEventHookExecutionStatusCommand({
    deploymentId: event.DeploymentId,
    lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
    status: '${status}',
  }));
  return 'ok';
};
`;

/** One that leaves the answer to another function and returns before that one gives it. Its own role may call nothing. */
export async function delegatingHook(status: 'Succeeded' | 'Failed', settings: object): Promise<string> {
  const delegate = await hook(
    zippedFunction(
      withSdk(
        sdkHook(status, settings).replace(
          'console.log',
          'await new Promise((resolve) => setTimeout(resolve, 1500)); console.log',
        ),
      ),
    ),
  );
  return hook(
    zippedFunction(
      withSdk(`
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
const lambda = new LambdaClient(${JSON.stringify(clientSettings(local))});
export const handler = async (event) => {
  const Payload = JSON.stringify(event);
  await lambda.send(new InvokeCommand({ FunctionName: '${delegate}', InvocationType: 'Event', Payload }));
  return 'somebody else answers';
};
`),
    ),
  );
}

export function withSdk(source: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outputFiles[0]?.text ?? '';
}

/** The same in Python, with boto3. */
export const BOTO_HOOK = `
import boto3

codedeploy = boto3.client('codedeploy')

def handler(event, context):
    print('validating', event['TargetVersion'])
    codedeploy.put_lifecycle_event_hook_execution_status(
        deploymentId=event['DeploymentId'],
        lifecycleEventHookExecutionId=event['LifecycleEventHookExecutionId'],
        status='Succeeded',
    )
    return 'ok'
`;

export function zippedPython(source: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-hook-'));
  try {
    writeFileSync(join(folder, 'index.py'), source);
    execFileSync('python3', ['-m', 'zipfile', '-c', 'hook.zip', 'index.py'], { cwd: folder });
    return readFileSync(join(folder, 'hook.zip'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of the fleet's function, from version 1 to 2 unless told otherwise. */
export function hookedAppSpec(
  { functionName }: Fleet,
  hooks: Readonly<Record<string, string>>,
  { from = '1', to = '2' } = {},
): string {
  const spec = JSON.parse(appSpec(functionName, from, to)) as object;
  return JSON.stringify({
    ...spec,
    Hooks: Object.entries(hooks).map(([event, name]) => ({ [event]: name })),
  });
}

/** A function whose whole body this is; `event` is what it was called with. */
export const inline = (body: string): Uint8Array =>
  zippedFunction(
    `export const handler = async (event) => { console.log('called', JSON.stringify(event)); ${body} };`,
  );
