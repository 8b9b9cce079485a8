import { DeleteBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { runCommand } from '../command.ts';
import { clientSettings, type CloudAddress, environmentFor } from './cloud-address.ts';
import type { RunFolder } from './run-folder.ts';

const outputsSchema = z.object({
  ApiEndpoint: z.string(),
  AlarmTopicArn: z.string(),
  LogTableName: z.string(),
  RowsTableName: z.string(),
  LiveTableName: z.string(),
  LambdaServiceRoleArn: z.string(),
  ServerServiceRoleArn: z.string(),
  OnDeadlineFunctionName: z.string(),
  OutputBucketName: z.string(),
  GitHubKeyArn: z.string(),
  NotificationTopicArn: z.string(),
  EventBusName: z.string(),
  NotifyFunctionName: z.string(),
});
const stackOutputs = outputsSchema.catchall(z.string());

/** What the stack says of itself; besides these, one `StateMachine<Name>` for each workflow. */
export type StackOutputs = z.infer<typeof stackOutputs>;

export interface Deployment {
  readonly projectFolder: string;
  readonly run: RunFolder;
  readonly stackName: string;
  readonly timeScale: number;
  readonly signal: AbortSignal;
}

/** Makes the cloud assembly, once, in the run's own folder, and returns where it is. It needs no cloud. */
export async function synthesize(deployment: Deployment): Promise<string> {
  const assembly = join(deployment.run.path, 'cdk.out');
  const context = {
    local: 'true',
    stackName: deployment.stackName,
    timeScale: String(deployment.timeScale),
  };
  const contextArguments = Object.entries(context).flatMap(([key, value]) => [
    '--context',
    `${key}=${value}`,
  ]);
  await cdk(['synth', '--quiet', '--output', assembly, ...contextArguments], {
    ...deployment,
    folder: deployment.projectFolder,
    cloud: undefined,
  });
  return assembly;
}

/**
 * Prepares the account for `cdk deploy`. The policy of the bucket for assets refuses plain HTTP, which is how a local
 * emulator is reached: it is taken away.
 */
export async function bootstrap(deployment: Deployment, cloud: CloudAddress): Promise<void> {
  // In a folder without cdk.json: with one, the command would synthesize once more, over the assembly of somebody else.
  await cdk(['bootstrap', `aws://${cloud.accountId}/${cloud.region}`], {
    ...deployment,
    folder: deployment.run.path,
    cloud,
  });
  const s3 = new S3Client({ ...clientSettings(cloud), forcePathStyle: true });
  const bucket = `cdk-hnb659fds-assets-${cloud.accountId}-${cloud.region}`;
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
  s3.destroy();
}

/** The real `cdk deploy` of an assembly; returns what the stack says of itself. */
export async function deploy(
  deployment: Deployment,
  cloud: CloudAddress,
  assembly: string,
): Promise<StackOutputs> {
  const outputsFile = join(deployment.run.path, 'outputs.json');
  await cdk(
    [
      'deploy',
      deployment.stackName,
      '--app',
      assembly,
      '--require-approval',
      'never',
      '--outputs-file',
      outputsFile,
    ],
    { ...deployment, folder: deployment.run.path, cloud },
  );
  const outputs: unknown = JSON.parse(await readFile(outputsFile, 'utf8'));
  return z.record(z.string(), stackOutputs).parse(outputs)[deployment.stackName] as StackOutputs;
}

interface CdkOptions {
  readonly folder: string;
  readonly cloud: CloudAddress | undefined;
  readonly run: RunFolder;
  readonly signal: AbortSignal;
}

const cdkCommand = join(
  dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')),
  'bin',
  'cdk',
);

function cdk(args: readonly string[], options: CdkOptions): Promise<void> {
  return runCommand(process.execPath, [cdkCommand, ...args, '--no-notices', '--no-color'], {
    folder: options.folder,
    environment: environmentFor(options.cloud, options.run.temporary),
    logFile: join(options.run.path, `cdk-${args[0]}.log`),
    signal: options.signal,
  });
}
