import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { processOf } from '../../agent/processes.ts';
import { buildAgent } from '../../scripts/build-agent.ts';
import type { CommandServer } from './command-server.ts';
import { HOST, SECRET, commandServer } from './command-server.ts';
import { aSigner } from './signed-specification.ts';

const signer = aSigner();
const builds = mkdtempSync(join(tmpdir(), 'sluice-agent-build-'));
const program = join(builds, 'sluice-agent.cjs');
let folder = '';
let server: CommandServer;
let agent: ChildProcess | undefined;
let said = '';

beforeAll(() => buildAgent(program));
afterAll(() => rmSync(builds, { recursive: true }));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-agent-'));
  server = await commandServer(signer);
  said = '';
});

afterEach(async () => {
  agent?.kill('SIGKILL');
  await server.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A real agent, as a host runs it. */
function start(change: object = {}): ChildProcess {
  const configuration = {
    deploy_control_endpoint: server.endpoint,
    allow_http: true,
    host_identifier: HOST,
    specification_certificate: signer.certificate,
    root_dir: join(folder, 'root'),
    wait_between_runs: 0.05,
    ...change,
  };
  const path = join(folder, 'agent.yml');
  writeFileSync(path, JSON.stringify(configuration), { mode: 0o600 });
  agent = spawn(process.execPath, [program, '--config', path], { env: { PATH: process.env['PATH'] } });
  agent.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  agent.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  return agent;
}

/** The revision as DownloadBundle leaves it. */
function unpacked(scripts: Readonly<Record<string, string>>, deploymentId = 'd-ABCDEFGHI'): void {
  const archive = join(folder, 'root', 'group-1', deploymentId, 'deployment-archive');
  mkdirSync(archive, { recursive: true });
  const hooks = Object.keys(scripts).map(
    (event) => `  ${event}:\n    - location: ${event}.sh\n      timeout: 60\n`,
  );
  writeFileSync(join(archive, 'appspec.yml'), `version: 0.0\nos: linux\nhooks:\n${hooks.join('')}`);
  for (const [event, text] of Object.entries(scripts))
    writeFileSync(join(archive, `${event}.sh`), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

const completed = async (count = 1): Promise<readonly Completion[]> => {
  await expect.poll(() => server.of('PutHostCommandComplete').length, { timeout: 15_000 }).toBe(count);
  return server.of('PutHostCommandComplete').map((body) => {
    const { Payload } = body['Diagnostics'] as { readonly Payload: string };
    return { status: body['CommandStatus'], ...(JSON.parse(Payload) as object) } as Completion;
  });
};

interface Completion {
  readonly status: string;
  readonly error_code: number;
  readonly message: string;
  readonly log: string;
}

describe('the agent', () => {
  it('runs the scripts of an event, and sends all that they wrote', async () => {
    unpacked({ ApplicationStart: 'echo "I am $LIFECYCLE_EVENT of $DEPLOYMENT_ID"; env' });
    server.queue.push('ApplicationStart');
    start();
    expect((await completed())[0]).toMatchObject({ status: 'Succeeded', error_code: 0, log: '' });
    expect(server.of('PutHostCommandAcknowledgement')[0]).toMatchObject({
      Diagnostics: { Payload: '{"IsCommandNoop":false}' },
    });
    expect(server.outputs.join()).toContain('I am ApplicationStart of d-ABCDEFGHI');
    expect(server.outputs.join()).not.toContain(SECRET);
  }, 30_000);

  it('says that there is nothing to do where the revision has no script', async () => {
    unpacked({ AfterInstall: 'true' });
    server.queue.push('ApplicationStop', 'ValidateService');
    start();
    await completed(2);
    for (const { Diagnostics } of server.of('PutHostCommandAcknowledgement'))
      expect(Diagnostics).toMatchObject({ Payload: '{"IsCommandNoop":true}' });
  }, 30_000);

  it('remembers a revision as good only when its last event is through, and stops it by its own script then', async () => {
    unpacked({ ApplicationStop: 'echo stopping the old one; exit 1' }, 'd-OLDOLDOLD');
    unpacked({ ApplicationStart: 'true', ValidateService: 'true' });
    const pointer = join(folder, 'root', 'deployment-instructions', 'group-1_last_successful_install');
    mkdirSync(join(pointer, '..'), { recursive: true });
    writeFileSync(pointer, join(folder, 'root', 'group-1', 'd-OLDOLDOLD'));
    server.queue.push('ApplicationStop');
    start();
    const [stop] = await completed();
    expect(stop).toMatchObject({ status: 'Failed', error_code: 4 });
    expect(stop?.message).toContain('which the deployment d-OLDOLDOLD installed');
    expect(stop?.log).toContain('[stdout]stopping the old one');
    server.queue.push('ApplicationStart');
    await completed(2);
    expect(readFileSync(pointer, 'utf8')).toContain('d-OLDOLDOLD');
    server.queue.push('ValidateService');
    await completed(3);
    expect(readFileSync(pointer, 'utf8')).toContain('d-ABCDEFGHI');
  }, 30_000);

  it('killed in the middle of a script says so when it is back, and ends the script', async () => {
    unpacked({ ApplicationStart: `echo $$ > ${folder}/pid; sleep 300` });
    server.queue.push('ApplicationStart');
    start();
    await expect
      .poll(() => existsSync(join(folder, 'pid')) && statSync(join(folder, 'pid')).size > 0, {
        timeout: 15_000,
      })
      .toBe(true);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    agent?.kill('SIGKILL');
    expect(processOf(pid)).toBeDefined();
    start();
    const [end] = await completed();
    expect(end).toMatchObject({ status: 'Failed', error_code: 7 });
    expect(end?.message).toContain('Failed: the agent was restarted');
    await expect.poll(() => processOf(pid)).toBeUndefined();
  }, 30_000);

  it('tells the end of a command again until it is taken, also after a restart', async () => {
    unpacked({ ApplicationStart: 'true' });
    server.answers.set('PutHostCommandComplete', () => ({
      status: 500,
      body: { __type: 'ServerException', message: 'no' },
    }));
    server.queue.push('ApplicationStart');
    start();
    await completed(1);
    agent?.kill('SIGKILL');
    server.answers.clear();
    start();
    expect((await completed(2))[1]).toMatchObject({ status: 'Succeeded' });
  }, 30_000);

  it('finishes what runs before it ends, when it is asked to end', async () => {
    unpacked({ ApplicationStart: `touch ${folder}/began; while [ ! -f ${folder}/go ]; do sleep 0.05; done` });
    server.queue.push('ApplicationStart');
    const running = start();
    await expect.poll(() => existsSync(join(folder, 'began')), { timeout: 15_000 }).toBe(true);
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    writeFileSync(join(folder, 'go'), '');
    expect(await ended).toBe(0);
    expect((await completed())[0]).toMatchObject({ status: 'Succeeded' });
  }, 30_000);

  it('goes on asking while a command runs, and runs one that it is handed twice only once', async () => {
    unpacked({
      ApplicationStart: `echo once >> ${folder}/runs; while [ ! -f ${folder}/go ]; do sleep 0.05; done`,
    });
    server.queue.push('ApplicationStart', 'ApplicationStart');
    start();
    await expect.poll(() => server.polls, { timeout: 15_000 }).toBeGreaterThan(4);
    writeFileSync(join(folder, 'go'), '');
    await completed();
    expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('once\n');
  }, 30_000);

  it('refuses a specification of another signer, without acknowledging the command', async () => {
    server.queue.push('Install');
    start({ specification_certificate: aSigner().certificate });
    const [end] = await completed();
    expect(end).toMatchObject({ status: 'Failed', error_code: 5 });
    expect(end?.message).toContain('another certificate');
    expect(server.of('PutHostCommandAcknowledgement')).toEqual([]);
  }, 30_000);

  it('lets a command go that the service no longer wants', async () => {
    unpacked({ ApplicationStart: `touch ${folder}/ran` });
    server.answers.set('PutHostCommandAcknowledgement', () => ({
      status: 200,
      body: { CommandStatus: 'Failed' },
    }));
    server.queue.push('ApplicationStart');
    start();
    await expect.poll(() => said, { timeout: 15_000 }).toContain('the service wants it no more');
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  }, 30_000);

  it('never says the secret of its endpoint', async () => {
    await server.close();
    start();
    await expect.poll(() => said, { timeout: 15_000 }).toContain('the next poll is in 10 s');
    expect(said).not.toContain(SECRET);
    server = await commandServer(signer);
  }, 30_000);

  it('says what is wrong with its configuration', async () => {
    const running = start({ deploy_control_endpoint: 'http://127.0.0.1/hosts/x', allow_http: false });
    expect(await new Promise((resolve) => running.once('exit', resolve))).toBe(1);
    expect(said).toContain('must be an https URL');
  }, 30_000);

  it('is one file of less than a megabyte', () => {
    expect(statSync(program).size).toBeLessThan(1_000_000);
  });
});
