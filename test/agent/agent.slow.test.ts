import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentOnAHost } from './agent-on-a-host.ts';
import { SECRET, commandServer } from './command-server.ts';

const host = agentOnAHost();

describe('the agent', () => {
  it('runs the scripts of an event, and sends all that they wrote', async () => {
    host.unpacked({ ApplicationStart: 'echo "I am $LIFECYCLE_EVENT of $DEPLOYMENT_ID"; env' });
    host.server.queue.push('ApplicationStart');
    host.start();
    expect((await host.completed())[0]).toMatchObject({ status: 'Succeeded', error_code: 0, log: '' });
    expect(host.server.of('PutHostCommandAcknowledgement')[0]).toMatchObject({
      Diagnostics: { Payload: '{"IsCommandNoop":false}' },
    });
    expect(host.server.outputs.join()).toContain('I am ApplicationStart of d-ABCDEFGHI');
    expect(host.server.outputs.join()).not.toContain(SECRET);
    const log = join(host.folder, 'root/group-1/d-ABCDEFGHI/logs/scripts.log');
    expect(readFileSync(log, 'utf8')).toContain('Z [stdout]I am ApplicationStart of d-ABCDEFGHI');
  }, 30_000);

  it('says that there is nothing to do where the revision has no script', async () => {
    host.unpacked({ AfterInstall: 'true' });
    host.server.queue.push('ApplicationStop', 'ValidateService');
    host.start();
    await host.completed(2);
    for (const { Diagnostics } of host.server.of('PutHostCommandAcknowledgement'))
      expect(Diagnostics).toMatchObject({ Payload: '{"IsCommandNoop":true}' });
  }, 30_000);

  it('remembers a revision as good only when its last event is through, and stops it by its own script then', async () => {
    host.unpacked({ ApplicationStop: 'echo stopping the old one; exit 1' }, 'd-OLDOLDOLD');
    host.unpacked({ ApplicationStart: 'true', ValidateService: 'true' });
    const pointer = join(host.folder, 'root', 'deployment-instructions', 'group-1_last_successful_install');
    mkdirSync(join(pointer, '..'), { recursive: true });
    writeFileSync(pointer, join(host.folder, 'root', 'group-1', 'd-OLDOLDOLD'));
    host.server.queue.push('ApplicationStop');
    host.start();
    const [stop] = await host.completed();
    expect(stop).toMatchObject({ status: 'Failed', error_code: 4 });
    expect(stop?.message).toContain('which the deployment d-OLDOLDOLD installed');
    expect(stop?.log).toContain('[stdout]stopping the old one');
    host.server.queue.push('ApplicationStart');
    await host.completed(2);
    expect(readFileSync(pointer, 'utf8')).toContain('d-OLDOLDOLD');
    host.server.queue.push('ValidateService');
    await host.completed(3);
    expect(readFileSync(pointer, 'utf8')).toContain('d-ABCDEFGHI');
  }, 30_000);

  it('finds the AppSpec by either name, of its revision and of the one before', async () => {
    const pointer = join(host.folder, 'root', 'deployment-instructions', 'group-1_last_successful_install');
    mkdirSync(join(pointer, '..'), { recursive: true });
    writeFileSync(pointer, join(host.folder, 'root', 'group-1', 'd-OLDOLDOLD'));
    host.unpacked({ ApplicationStop: 'echo stopping the old one' }, 'd-OLDOLDOLD', 'appspec.yml');
    host.unpacked({ ApplicationStart: 'echo starting' }, 'd-ABCDEFGHI', 'appspec.yaml');
    host.server.queue.push('ApplicationStop', 'ApplicationStart');
    host.start();
    const ends = await host.completed(2);
    expect(ends.map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded']);
    expect(host.server.outputs.join()).toMatch(/stopping the old one[^]*starting/);
  }, 30_000);

  it('has nothing to stop where the revision before has been tidied away', async () => {
    const pointer = join(host.folder, 'root', 'deployment-instructions', 'group-1_last_successful_install');
    mkdirSync(join(pointer, '..'), { recursive: true });
    writeFileSync(pointer, join(host.folder, 'root', 'group-1', 'd-GONEGONE1'));
    host.server.queue.push('ApplicationStop');
    host.start();
    expect((await host.completed())[0]).toMatchObject({ status: 'Succeeded' });
  }, 30_000);

  it('finishes what runs before it ends, when it is asked to end', async () => {
    host.unpacked({
      ApplicationStart: `touch ${host.folder}/began; while [ ! -f ${host.folder}/go ]; do sleep 0.05; done`,
    });
    host.server.queue.push('ApplicationStart');
    const running = host.start();
    await expect.poll(() => existsSync(join(host.folder, 'began')), { timeout: 15_000 }).toBe(true);
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    writeFileSync(join(host.folder, 'go'), '');
    expect(await ended).toBe(0);
    expect((await host.completed())[0]).toMatchObject({ status: 'Succeeded' });
  }, 30_000);

  it('asks soon again after a command, however rarely it asks else', async () => {
    host.server.queue.push('ApplicationStop');
    host.start({ wait_between_runs: 240 });
    await host.completed();
    const before = host.server.polls;
    await expect.poll(() => host.server.polls, { timeout: 15_000 }).toBeGreaterThan(before);
    host.server.queue.push('ValidateService');
    await host.completed(2);
  }, 30_000);

  it('goes on asking while a command runs, and runs one that it is handed twice only once', async () => {
    host.unpacked({
      ApplicationStart: `echo once >> ${host.folder}/runs; while [ ! -f ${host.folder}/go ]; do sleep 0.05; done`,
    });
    host.server.queue.push('ApplicationStart', 'ApplicationStart');
    host.start();
    await expect.poll(() => host.server.polls, { timeout: 15_000 }).toBeGreaterThan(4);
    writeFileSync(join(host.folder, 'go'), '');
    await host.completed();
    expect(readFileSync(join(host.folder, 'runs'), 'utf8')).toBe('once\n');
  }, 30_000);

  it('never says the secret of its endpoint', async () => {
    await host.server.close();
    host.start();
    await expect.poll(() => host.said, { timeout: 15_000 }).toContain('the next poll is in 10 s');
    expect(host.said).not.toContain(SECRET);
    host.server = await commandServer(host.signer);
  }, 30_000);

  it('says what is wrong with its configuration', async () => {
    const running = host.start({ deploy_control_endpoint: 'http://127.0.0.1/hosts/x', allow_http: false });
    expect(await new Promise((resolve) => running.once('exit', resolve))).toBe(1);
    expect(host.said).toContain('must be an https URL');
  }, 30_000);

  it.each([
    ['win32', "On Windows use CodeDeploy's own agent"],
    ['darwin', 'runs on Linux only'],
  ])('does not start on %s, and says what to take there', (platform, words) => {
    const elsewhere = join(host.folder, 'elsewhere.cjs');
    writeFileSync(elsewhere, `Object.defineProperty(process, 'platform', { value: '${platform}' })`);
    const { status, stderr } = spawnSync(process.execPath, ['--require', elsewhere, host.program], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain(words);
  });

  it('says its version', () => {
    const { stdout } = spawnSync(process.execPath, [host.program, '--version'], { encoding: 'utf8' });
    expect(stdout).toMatch(/^sluice-agent \d+\.\d+\.\d+\n$/);
  });

  it('is one file of less than a megabyte', () => {
    expect(statSync(host.program).size).toBeLessThan(1_000_000);
  });
});
