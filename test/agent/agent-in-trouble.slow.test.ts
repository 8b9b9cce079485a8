import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { isOnlyOne } from '../../agent/only-one.ts';
import { processOf } from '../../agent/processes.ts';
import { agentOnAHost } from './agent-on-a-host.ts';
import { commandServer } from './command-server.ts';
import { aSigner } from './signed-specification.ts';

const host = agentOnAHost();

describe('the agent in trouble', () => {
  it.each([
    ['', false],
    [' and what it has left behind', true],
  ])(
    'killed in the middle of a script says so when it is back, and ends the script%s',
    async (_, isLeaderGone) => {
      const kept = join(host.folder, 'root/group-1/d-ABCDEFGHI/logs/ApplicationStart.log');
      // The second word when the first is kept: they come by two pipes, of which the agent may look at either first.
      host.unpacked({
        ApplicationStart: `echo $$ > ${host.folder}/leader; echo migrating; until grep -q migrating ${kept}; do sleep 0.1; done; printf 'step 2' >&2; sh -c 'echo $$ > ${host.folder}/pid; sleep 300; true'; true`,
      });
      const outputs = await outputsServer();
      host.server.answers.set('PutHostCommandAcknowledgement', () => outputs.acknowledged);
      host.server.queue.push('ApplicationStart');
      host.start();
      const isWritten = (path: string, ending: string) =>
        existsSync(path) && readFileSync(path, 'utf8').endsWith(ending);
      await expect
        .poll(() => isWritten(kept, 'step 2') && isWritten(join(host.folder, 'pid'), '\n'), {
          timeout: 15_000,
        })
        .toBe(true);
      const pid = Number(readFileSync(join(host.folder, 'pid'), 'utf8'));
      host.agent?.kill('SIGKILL');
      if (isLeaderGone) process.kill(Number(readFileSync(join(host.folder, 'leader'), 'utf8')), 'SIGKILL');
      expect(processOf(pid)).toBeDefined();
      host.start();
      const [end] = await host.completed();
      expect(end).toMatchObject({ status: 'Failed', error_code: 7 });
      expect(end?.message).toBe(
        'Failed: the agent was restarted in the middle of ApplicationStart, and its script ApplicationStart.sh was ended',
      );
      const wrote = 'LifecycleEvent - ApplicationStart\nScript - ApplicationStart.sh\nmigrating\nstep 2';
      expect(end).toMatchObject({ script_name: 'ApplicationStart.sh', log: wrote, isOutputSent: true });
      expect(outputs.taken).toEqual([wrote]);
      outputs.close();
      await expect.poll(() => processOf(pid)).toBeUndefined();
    },
    30_000,
  );

  it('killed while it sends the output leaves alone what the script has started, sends it again and tells how it ended', async () => {
    host.unpacked({
      ApplicationStart: `nohup sleep 300 > /dev/null 2>&1 < /dev/null & echo $! > ${host.folder}/pid`,
    });
    const outputs = await outputsServer({ isSilentAtFirst: true });
    host.server.answers.set('PutHostCommandAcknowledgement', () => outputs.acknowledged);
    host.server.queue.push('ApplicationStart');
    host.start();
    await expect.poll(() => outputs.taken.length, { timeout: 15_000 }).toBe(1);
    const pid = Number(readFileSync(join(host.folder, 'pid'), 'utf8'));
    host.agent?.kill('SIGKILL');
    host.start();
    const [end] = await host.completed();
    const app = processOf(pid);
    if (app !== undefined) process.kill(pid, 'SIGKILL');
    expect([end?.status, app?.name, end?.isOutputSent]).toEqual(['Succeeded', 'sleep', true]);
    expect(outputs.taken[1]).toContain('Script - ApplicationStart.sh');
    outputs.close();
  }, 30_000);

  it('tells the end of a command again until it is taken, also after a restart', async () => {
    host.unpacked({ ApplicationStart: 'true' });
    host.server.answers.set('PutHostCommandComplete', () => ({
      status: 500,
      body: { __type: 'ServerException', message: 'no' },
    }));
    host.server.queue.push('ApplicationStart');
    host.start();
    await expect.poll(() => host.said, { timeout: 15_000 }).toContain('its end was not taken');
    const before = host.server.of('PutHostCommandComplete').length;
    host.agent?.kill('SIGKILL');
    host.server.answers.clear();
    host.start();
    expect((await host.completed(before + 1))[before]).toMatchObject({ status: 'Succeeded' });
    await expect.poll(() => readdirSync(join(host.folder, 'root', 'ongoing-deployment'))).toEqual([]);
  }, 30_000);

  it('keeps the end of a command for another secret, and does not wait for that when it is asked to end', async () => {
    host.unpacked({ ApplicationStart: 'true' });
    const body = { __type: 'UnrecognizedClientException', message: 'no' };
    host.server.answers.set('PutHostCommandComplete', () => ({ status: 400, body }));
    host.server.queue.push('ApplicationStart');
    const running = host.start();
    await expect.poll(() => host.said, { timeout: 15_000 }).toContain('its end was not taken');
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(readdirSync(join(host.folder, 'root', 'ongoing-deployment'))).toHaveLength(1);
  }, 30_000);

  it('gives up the end of a command that the service refuses for good', async () => {
    host.unpacked({ ApplicationStart: 'true' });
    const body = { __type: 'ClientException', message: 'there is no such command' };
    host.server.answers.set('PutHostCommandComplete', () => ({ status: 400, body }));
    host.server.queue.push('ApplicationStart');
    host.start();
    await host.completed();
    await expect.poll(() => readdirSync(join(host.folder, 'root', 'ongoing-deployment'))).toEqual([]);
  }, 30_000);

  it('runs a command whose acknowledgement arrived though the answer was lost', async () => {
    host.unpacked({ ApplicationStart: 'true' });
    const answers = [
      { status: 503, body: {} },
      { status: 200, body: { CommandStatus: 'Failed' } },
    ];
    host.server.answers.set('PutHostCommandAcknowledgement', () => answers.shift());
    host.server.answers.set('PostHostCommandUpdate', () => ({
      status: 200,
      body: { CommandStatus: 'InProgress' },
    }));
    host.server.queue.push('ApplicationStart');
    host.start();
    expect((await host.completed())[0]).toMatchObject({ status: 'Succeeded' });
  }, 30_000);

  it('runs one whose acknowledgement arrived though no answer to it did, when it is handed out again', async () => {
    host.unpacked({ ApplicationStart: 'true' });
    const status = (CommandStatus: string) => ({ status: 200, body: { CommandStatus } });
    const answers = [...Array.from({ length: 4 }, () => ({ status: 503, body: {} })), status('Failed')];
    host.server.answers.set('PutHostCommandAcknowledgement', () => answers.shift());
    host.server.answers.set('PostHostCommandUpdate', () => status('InProgress'));
    host.server.queue.push('ApplicationStart');
    host.start();
    await expect.poll(() => host.said, { timeout: 15_000 }).toContain('let go, to be handed out again');
    host.server.queue.push('ApplicationStart');
    expect((await host.completed())[0]).toMatchObject({ status: 'Succeeded' });
  }, 30_000);

  it('leaves a command to the other agent that has acknowledged it, which runs on a copy of this host', async () => {
    host.unpacked({ ApplicationStart: `touch ${host.folder}/ran` });
    const status = (CommandStatus: string) => ({ status: 200, body: { CommandStatus } });
    host.server.answers.set('PutHostCommandAcknowledgement', () => status('Failed'));
    host.server.answers.set('PostHostCommandUpdate', () => status('InProgress'));
    host.server.queue.push('ApplicationStart');
    host.start();
    await expect.poll(() => host.said, { timeout: 15_000 }).toContain('the service wants it no more');
    expect(existsSync(join(host.folder, 'ran'))).toBe(false);
  }, 30_000);

  it('lets a command go whose specification cannot be had, without failing it', async () => {
    host.server.answers.set('GetDeploymentSpecification', () => ({ status: 503, body: {} }));
    host.server.queue.push('ApplicationStart');
    host.start();
    await expect.poll(() => host.said, { timeout: 15_000 }).toContain('let go, to be handed out again');
    expect(host.server.calls.map(({ operation }) => operation)).toEqual(
      Array.from({ length: 4 }, () => 'GetDeploymentSpecification'),
    );
  }, 30_000);

  it('stops what runs when the service hands out another command and wants the first no more', async () => {
    host.unpacked({ ApplicationStart: `touch ${host.folder}/began; sleep 300`, ValidateService: 'true' });
    host.server.answers.set('PostHostCommandUpdate', () => ({
      status: 200,
      body: { CommandStatus: 'Failed' },
    }));
    host.server.queue.push('ApplicationStart');
    host.start();
    await expect.poll(() => existsSync(join(host.folder, 'began')), { timeout: 15_000 }).toBe(true);
    host.server.queue.push('ValidateService');
    const [first, second] = await host.completed(2);
    expect(first).toMatchObject({ status: 'Failed', error_code: 5 });
    expect(first?.message).toContain('The service stopped');
    expect(second).toMatchObject({ status: 'Succeeded' });
  }, 30_000);

  it('stops a download that the service wants no more', async () => {
    let asked = 0;
    const silent = createServer(() => (asked += 1));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const BundleAddress = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/bundle`;
    await host.server.close();
    host.server = await commandServer(host.signer, { BundleAddress });
    host.server.answers.set('PostHostCommandUpdate', () => ({
      status: 200,
      body: { CommandStatus: 'Failed' },
    }));
    host.server.queue.push('DownloadBundle');
    host.start();
    await expect.poll(() => asked, { timeout: 15_000 }).toBe(1);
    host.server.queue.push('ApplicationStop');
    const [first, second] = await host.completed(2);
    expect(first).toMatchObject({ status: 'Failed', message: 'The service stopped DownloadBundle' });
    expect(second).toMatchObject({ status: 'Succeeded' });
    silent.closeAllConnections();
    silent.close();
  }, 30_000);

  it('refuses a specification of another signer, without acknowledging the command', async () => {
    host.server.queue.push('Install');
    host.start({ specification_certificate: aSigner().certificate });
    const [end] = await host.completed();
    expect(end).toMatchObject({ status: 'Failed', error_code: 5 });
    expect(end?.message).toContain('another certificate');
    expect(host.server.of('PutHostCommandAcknowledgement')).toEqual([]);
  }, 30_000);

  it('lets a command go that the service no longer wants', async () => {
    host.unpacked({ ApplicationStart: `touch ${host.folder}/ran` });
    host.server.answers.set('PutHostCommandAcknowledgement', () => ({
      status: 200,
      body: { CommandStatus: 'Failed' },
    }));
    host.server.queue.push('ApplicationStart');
    host.start();
    await expect.poll(() => host.said, { timeout: 15_000 }).toContain('the service wants it no more');
    expect(existsSync(join(host.folder, 'ran'))).toBe(false);
  }, 30_000);

  it('is the only one in its folder until it is gone, which nobody else can keep it from', async () => {
    const folder = join(host.folder, 'root');
    host.start();
    await expect.poll(() => host.server.polls, { timeout: 15_000 }).toBeGreaterThan(0);
    expect(await isOnlyOne(folder, 1)).toBe(false);
    expect(statSync(join(folder, '.lock')).mode & 0o777).toBe(0o600);
    host.agent?.kill('SIGKILL');
    expect(await isOnlyOne(folder)).toBe(true);
  }, 30_000);

  it('leaves its folder to the next one while a script that it began goes on', async () => {
    host.unpacked({ ApplicationStart: `nohup sleep 300 > /dev/null 2>&1 & echo $! > ${host.folder}/pid` });
    host.server.queue.push('ApplicationStart');
    host.start();
    await host.completed();
    host.agent?.kill('SIGKILL');
    const isFree = await isOnlyOne(join(host.folder, 'root'));
    process.kill(Number(readFileSync(join(host.folder, 'pid'), 'utf8')), 'SIGKILL');
    expect(isFree).toBe(true);
  }, 30_000);
});

/** Where outputs are kept; `isSilentAtFirst`: the first is taken and never answered. */
async function outputsServer({ isSilentAtFirst = false } = {}) {
  const taken: string[] = [];
  const server = createServer((request, response) => {
    const take = async (): Promise<void> => {
      taken.push(await text(request));
      if (!isSilentAtFirst || taken.length > 1) response.end();
    };
    void take();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const OutputUploadAddress = `http://127.0.0.1:${(server.address() as AddressInfo).port}/output`;
  return {
    taken,
    acknowledged: { status: 200, body: { CommandStatus: 'InProgress', OutputUploadAddress } },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
