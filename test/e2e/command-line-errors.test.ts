import { describe, expect, it } from 'vitest';
import { local } from './cloud.ts';
import { localFileWith, sluice, sluiceIn } from './sluice.ts';
import { userUnder } from './iam-users.ts';

/** As a shell without a local cloud that speaks to the emulator as if it were AWS. */
const asAws = {
  SLUICE_LOCAL_JSON: '/nowhere/local.json',
  AWS_ENDPOINT_URL: local.cloudEndpoint,
  AWS_REGION: local.region,
  AWS_ACCESS_KEY_ID: local.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: local.credentials.secretAccessKey,
};

describe('an error of the command line says what to do next', () => {
  it('where all is right, there is none', async () => {
    expect(await sluiceIn(asAws, 'list', '--stack', local.stackName)).toMatchObject({ exitCode: 0 });
  });

  it('where there is no such stack, or it is in another region', async () => {
    const { exitCode, err } = await sluiceIn(asAws, 'list', '--stack', 'Nowhere', '--region', 'eu-west-1');
    expect(exitCode).toBe(1);
    expect(err).toMatch(
      /^sluice list: there is no stack Nowhere \(looked for the stack Nowhere in eu-west-1\)\. .*--stack.*--region.*cdk deploy/,
    );
  });

  it('where there are no credentials, or the profile gives none', async () => {
    const nobody = {
      ...asAws,
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_EC2_METADATA_DISABLED: 'true',
      HOME: '/nowhere',
    };
    expect((await sluiceIn(nobody, 'list')).err).toMatch(
      /no AWS credentials for the stack Sluice in .*aws sso login/,
    );
    expect((await sluiceIn({ ...nobody, AWS_PROFILE: 'ops' }, 'list')).err).toMatch(
      /the profile ops of AWS_PROFILE gives no AWS credentials/,
    );
  });

  it('where the region is not known, or none', async () => {
    const nowhere = { ...asAws, AWS_REGION: '', AWS_DEFAULT_REGION: '', HOME: '/nowhere' };
    expect((await sluiceIn(nowhere, 'list')).err).toMatch(
      /not known which region .*--region, or set AWS_REGION, or run `npm start`/,
    );
    expect((await sluiceIn(asAws, 'list', '--region', 'eu north')).err).toMatch(/no such region .*eu north/);
  });

  it('where the credentials do not permit it: the stack, the tables', async () => {
    const { accessKeyId, secretAccessKey } = (await userUnder()).key;
    const powerless = { ...asAws, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const stack = await sluiceIn(powerless, 'list', '--stack', local.stackName);
    expect(stack.exitCode).toBe(1);
    expect(stack.err).toMatch(
      /do not permit it for the stack .*cloudformation:DescribeStacks.*Ask for a policy/,
    );
    const file = localFileWith({ credentials: { accessKeyId, secretAccessKey } });
    for (const words of [['list'], ['watch', 'd-ABCDEFGHI'], ['verify']]) {
      const tables = await sluiceIn({ SLUICE_LOCAL_JSON: file }, ...words);
      expect(tables.exitCode).toBe(1);
      expect(tables.err).toMatch(/do not permit it for the local cloud .*dynamodb:\w+.*Ask for a policy/);
    }
  });

  it('where nothing answers', async () => {
    const dead = 'http://127.0.0.1:1';
    const file = localFileWith({ cloudEndpoint: dead });
    expect((await sluiceIn({ SLUICE_LOCAL_JSON: file }, 'list')).err).toMatch(/does not answer .*npm start/);
    expect((await sluiceIn({ ...asAws, AWS_ENDPOINT_URL: dead }, 'list')).err).toMatch(
      /AWS_ENDPOINT_URL sends everything to http:\/\/127\.0\.0\.1:1: unset it/,
    );
  });

  it('and is never a stack trace', async () => {
    const { err } = await sluice('watch', 'd-NOTTHERE1');
    expect(err).toMatch(/^sluice watch: there is no deployment d-NOTTHERE1 in the local cloud .*\n$/);
  });
});
