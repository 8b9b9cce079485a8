import { exec } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CannotDo, type Connection, UsageError, type Values } from '../../cli/command.ts';
import { MARK } from '../../cli/profile/config-text.ts';
import { writeProfile } from '../../cli/profile.ts';
import type { Target } from '../../cli/target.ts';
import { localCloud } from './memory-tables.ts';

const stack: Target = {
  ...localCloud,
  place: 'the stack Sluice in eu-north-1',
  isEmulated: false,
  apiEndpoint: 'https://abc.execute-api.eu-north-1.amazonaws.com/',
  client: { region: 'eu-north-1' },
};

let home: string;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'sluice-profile-')));
});
afterEach(() => rm(home, { recursive: true }));

const config = () => readFile(join(home, '.aws/config'), 'utf8');

async function given(file: string, content: string): Promise<string> {
  await mkdir(join(home, '.aws'), { recursive: true });
  const path = join(home, '.aws', file);
  await writeFile(path, content);
  return path;
}

interface Run {
  readonly values?: Values;
  readonly variables?: Readonly<Record<string, string>>;
  readonly ask?: () => Promise<boolean>;
}

async function profile(target: Target, { values = { yes: true }, variables = {}, ask }: Run = {}) {
  const printed: string[] = [];
  const noted: string[] = [];
  const unused = async (): Promise<never> => {
    throw new Error('nothing of this is needed');
  };
  const code = await writeProfile(
    {
      argument: '',
      otherArguments: [],
      values,
      terminal: {
        print: (line) => printed.push(line),
        note: (line) => noted.push(line),
        ...(ask && { ask }),
      },
      connect: async () => ({ place: target.place, target }) as Connection,
      now: () => 0,
      sleep: unused,
      interrupted: unused,
    },
    { variables, home },
  );
  return { code, printed, noted: noted.join('\n') };
}

describe('sluice profile', () => {
  it('writes a profile of the local cloud with its credentials and endpoints', async () => {
    const { code, printed } = await profile(localCloud);
    expect(code).toBe(0);
    expect(await config()).toBe(`[profile sluice-local]
${MARK}
region = us-east-1
services = sluice-local
endpoint_url = http://127.0.0.1:1
aws_access_key_id = test
aws_secret_access_key = test

[services sluice-local]
${MARK}
codedeploy =
  endpoint_url = http://127.0.0.1:1/_aws/execute-api/codedeploy/
`);
    expect(printed).toEqual([`export AWS_DATA_PATH=${join(import.meta.dirname, '../../clients')}`]);
    expect((await stat(join(home, '.aws/config'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, '.aws'))).mode & 0o777).toBe(0o700);
  });

  it('writes a profile of a stack with what another profile says of its credentials', async () => {
    const before = `[default]
region = us-east-1
[profile work]
sso_session = company
sso_account_id = 111122223333
# not mine
region = us-west-2
services = mine
endpoint_url = https://elsewhere
s3 =
  max_concurrent_requests = 5
[sso-session company]
sso_region = eu-west-1
`;
    await given('config', before);
    expect((await profile(stack, { variables: { AWS_PROFILE: 'work' } })).code).toBe(0);
    expect(await config()).toBe(`${before}
[profile sluice]
${MARK}
region = eu-north-1
services = sluice
# Credentials as in the profile work
sso_session = company
sso_account_id = 111122223333
s3 =
  max_concurrent_requests = 5

[services sluice]
${MARK}
codedeploy =
  endpoint_url = https://abc.execute-api.eu-north-1.amazonaws.com/
`);
  });

  it('copies no secret: what lies in the credentials file is read there when it is needed', async () => {
    await given('config', '[default]\naws_secret_access_key = hidden\noutput = json\n');
    const credentials = await given(
      'credentials',
      '[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = hidden\n',
    );
    await profile(stack);
    const program = join(import.meta.dirname, '../../cli/profile/credentials.mjs');
    expect(await config()).toContain(
      `# Credentials as in the profile default\noutput = json\ncredential_process = node ${program} default\n`,
    );
    await profile(stack, { values: { yes: true, 'source-profile': 'work' } });
    const [, command = ''] = /^credential_process = (.*)$/m.exec(await config()) ?? [];
    expect((await config()).match(/hidden/g)).toHaveLength(1);
    const env = {
      PATH: process.env['PATH'],
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      AWS_PROFILE: 'sluice',
    };
    const { stdout } = await promisify(exec)(command, { env });
    expect(JSON.parse(stdout)).toEqual({
      Version: 1,
      AccessKeyId: 'AKIAWORK',
      SecretAccessKey: 'hidden',
    });
  });

  it('leaves credentials to the environment where there is no other profile', async () => {
    await profile(stack);
    expect(await config()).not.toMatch(/credential/i);
  });

  it('does not write what is there already, and does not ask then', async () => {
    await given('config', '[profile work]\nrole_arn = arn:x\n');
    await profile(stack, { values: { yes: true, 'source-profile': 'work' } });
    const path = join(home, '.aws/config');
    const [before, { ino }] = [await config(), await stat(path)];
    // As it is from then on: the profile is in use itself.
    const again = await profile(stack, { values: {}, variables: { AWS_PROFILE: 'sluice' } });
    expect(again).toMatchObject({ code: 0, noted: expect.stringContaining('already') });
    expect(await config()).toBe(before);
    expect((await stat(path)).ino).toBe(ino);
  });

  it('writes it anew where the endpoint has changed', async () => {
    await profile(localCloud);
    await profile({ ...localCloud, apiEndpoint: 'http://127.0.0.1:2/' });
    expect((await config()).match(/^\[/gm)).toHaveLength(2);
    expect(await config()).toContain('  endpoint_url = http://127.0.0.1:2/\n');
  });

  it('shows what it will write and asks', async () => {
    const asked = { values: {}, ask: async () => false };
    const { code, printed, noted } = await profile(stack, asked);
    expect({ code, printed }).toEqual({ code: 1, printed: [] });
    expect(noted).toContain(`Writes into ${join(home, '.aws/config')}:\n\n  [profile sluice]`);
    await expect(config()).rejects.toThrow('ENOENT');
    expect((await profile(stack, { ...asked, ask: async () => true })).code).toBe(0);
    await expect(profile(localCloud, { values: {} })).rejects.toThrow(UsageError);
  });

  it('keeps bytes, permissions and links', async () => {
    await given('real', '');
    const path = join(home, '.aws/real');
    const foreign = Buffer.from([0x23, 0xff, 0xfe, 0x0a]);
    await writeFile(path, foreign);
    await chmod(path, 0o640);
    await symlink(path, join(home, '.aws/link'));
    await profile(stack, { variables: { AWS_CONFIG_FILE: '~/.aws/link' } });
    expect((await readFile(path)).subarray(0, 4)).toEqual(foreign);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await realpath(join(home, '.aws/link'))).toBe(path);
    expect((await readdir(join(home, '.aws'))).sort()).toEqual(['link', 'real']);
  });

  it('touches nothing where something is not as it must be', async () => {
    const theirs = '[profile sluice]\nregion = mine\n';
    await given('config', theirs);
    await expect(profile(stack)).rejects.toThrow(CannotDo);
    expect(await config()).toBe(theirs);
    const changing = async () => {
      await given('config', `${theirs}# more\n`);
      return true;
    };
    await expect(profile(stack, { values: { name: 'other' }, ask: changing })).rejects.toThrow(
      'changed meanwhile',
    );
    expect(await config()).toBe(`${theirs}# more\n`);
    expect(await readdir(join(home, '.aws'))).toEqual(['config']);
  });

  it('says in words that the file cannot be read or written, and leaves a link to nothing as it is', async () => {
    await given('file', '');
    const link = join(home, '.aws/link');
    await symlink(join(home, 'away/config'), link);
    await symlink(join(home, 'away'), join(home, '.aws/folder'));
    const of = (file: string) => profile(stack, { variables: { AWS_CONFIG_FILE: `~/.aws/${file}` } });
    for (const file of ['', 'file/config', 'link', 'folder/config']) {
      await expect(of(file)).rejects.toThrow(CannotDo);
    }
    expect(await readlink(link)).toBe(join(home, 'away/config'));
    expect((await readdir(join(home, '.aws'))).sort()).toEqual(['file', 'folder', 'link']);
  });

  it.each<[Values, string]>([
    [{ name: 'default' }, '--name takes'],
    [{ name: 'two words' }, '--name takes'],
    [{ name: 'x]\n[default' }, '--name takes'],
    [{ 'source-profile': 'nobody' }, 'there is no profile nobody'],
    [{ 'source-profile': 'sluice' }, 'cannot have its own credentials'],
  ])('refuses %j', async (values, why) => {
    await expect(profile(stack, { values: { yes: true, ...values } })).rejects.toThrow(why);
    await expect(config()).rejects.toThrow('ENOENT');
  });

  it('adds its folder to those that AWS_DATA_PATH names already', async () => {
    const { printed } = await profile(stack, { variables: { AWS_DATA_PATH: "/models:/it's" } });
    expect(printed[0]).toMatch(/^export AWS_DATA_PATH=\S+\/clients:\/models:'\/it'\\''s'$/);
  });
});
