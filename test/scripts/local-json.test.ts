import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  localJson,
  localJsonPath,
  readLocalJson,
  removeLocalJson,
  writeLocalJson,
} from '../../scripts/local-cloud/local-json.ts';

let path: string;
beforeEach(async () => {
  path = localJsonPath(await mkdtemp(join(tmpdir(), 'sluice-local-json-')));
});
afterEach(() => rm(join(path, '..', '..'), { recursive: true }));

const cloudAt = (port: number) =>
  localJson(
    {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      accountId: '000000000000',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    {
      stackName: 'Sluice',
      timeScale: 1,
      outputs: {
        ApiEndpoint: 'http://abc123.execute-api.localhost:4566',
        AlarmTopicArn: 'topic',
        LogTableName: 'log',
        RowsTableName: 'rows',
        LiveTableName: 'live',
        GitHubKeyArn: 'github-key',
        LambdaServiceRoleArn: 'role',
        ServerServiceRoleArn: 'server-role',
        OnDeadlineFunctionName: 'sweep',
        NotificationTopicArn: 'notifications',
        EventBusName: 'bus',
        NotifyFunctionName: 'notify',
        OutputBucketName: 'outputs',
        StateMachineLambda: 'machine',
      },
    },
  );

it('makes the address of the front door one that any client can reach, with the slash that the AWS CLI needs', () => {
  expect(cloudAt(4566).endpoint).toBe('http://127.0.0.1:4566/_aws/execute-api/abc123/');
});

it('lists every workflow that the stack has', () => {
  expect(cloudAt(4566).stateMachines).toEqual({ Lambda: 'machine' });
});

it('is read as it was written, and leaves nothing beside it', async () => {
  expect(await readLocalJson(path)).toBeUndefined();
  await writeLocalJson(path, cloudAt(4566));
  expect(await readLocalJson(path)).toEqual(cloudAt(4566));
  expect(await readdir(join(path, '..'))).toEqual(['local.json']);
});

it('is removed by the cloud that it is about, and by no other', async () => {
  await writeLocalJson(path, cloudAt(4566));
  await removeLocalJson(path, cloudAt(4567));
  expect(await readLocalJson(path)).toBeDefined();
  await removeLocalJson(path, cloudAt(4566));
  expect(await readLocalJson(path)).toBeUndefined();
});
