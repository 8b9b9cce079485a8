import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StrictFrontDoor, strictFrontDoor } from '../support/strict-front-door.ts';

const region = 'eu-north-1';
const key = { accessKeyId: 'ASIAUSER', secretAccessKey: randomUUID(), sessionToken: 'a token' };

let door: StrictFrontDoor;
beforeAll(async () => {
  door = await strictFrontDoor(() => ({ ...key, region }));
});
afterAll(() => door.close());

/** As `aws deploy list-applications` would, which is built on botocore. */
async function listedByBotocore(environment: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)('.sluice/venv/bin/python', ['-c', LIST], {
    env: {
      HOME: '/nonexistent',
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_SESSION_TOKEN: key.sessionToken,
      AWS_ENDPOINT_URL_CODEDEPLOY: door.endpoint,
      ...environment,
    },
  });
  return stdout.trim();
}

const LIST = `
import botocore.session, botocore.exceptions
client = botocore.session.get_session().create_client("codedeploy")
try:
    print(*client.list_applications()["applications"])
except botocore.exceptions.ClientError as error:
    print(error.response["ResponseMetadata"]["HTTPStatusCode"])
`;

describe('botocore, which the AWS CLI is built on', () => {
  it('signs for CodeDeploy, which API Gateway does not let in', async () => {
    expect(await listedByBotocore({})).toBe('403');
    expect(door.seen.at(-1)?.fault).toBe('it is signed for codedeploy');
  });

  it('signs for API Gateway where AWS_DATA_PATH names the folder of this repository', async () => {
    expect(await listedByBotocore({ AWS_DATA_PATH: 'clients' })).toBe('shop');
    expect(door.seen.at(-1)?.fault).toBeUndefined();
  });
});
