import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildAgent } from '../../scripts/build-agent.ts';
import { startProcessGroup } from '../../scripts/process-group.ts';
import { OURS, ask } from './agent-calls.ts';
import { type AwsCli, INSTALL_MILLISECONDS, awsCli } from './aws-cli/aws-cli.ts';
import { eventually, local } from './cloud.ts';
import type { Credentials } from './iam-users.ts';
import { sessionOf } from './iam-users.ts';
import { instanceMetadata } from './instance-metadata.ts';
import { type InstanceStack, instanceStack, stackEnd } from './instance-stack.ts';
import { sluice } from './sluice.ts';

/** What our agent is configured with, as the boot script writes it. */
interface Configuration {
  readonly deploy_control_endpoint: string;
  readonly host_identifier: string;
}

describe('an instance of the template', () => {
  const work = mkdtempSync(join(tmpdir(), 'sluice-instance-'));
  const agent = join(work, 'built.cjs');
  let aws: AwsCli;
  beforeAll(async () => {
    aws = await awsCli();
    await buildAgent(agent);
  }, INSTALL_MILLISECONDS);
  afterAll(() => {
    aws.remove();
    rmSync(work, { recursive: true, maxRetries: 3 });
  });

  /** A folder as the disk of an instance, with stand-ins for the commands that would change this machine or wait. */
  function disk() {
    const root = mkdtempSync(join(work, 'disk-'));
    const commands = mkdtempSync(join(work, 'commands-'));
    const command = (name: string, answer = '') => {
      const script = `#!/bin/sh\necho "${name} $*" >>"$SLUICE_ROOT/calls"\n${answer}\n`;
      writeFileSync(join(commands, name), script, { mode: 0o755 });
    };
    for (const name of ['systemctl', 'sleep']) command(name);
    command(
      'dnf',
      `mkdir -p "$SLUICE_ROOT/usr/bin" && ln -s '${process.execPath}' "$SLUICE_ROOT/usr/bin/node"`,
    );
    return {
      at: (path: string) => join(root, path),
      command,
      path: [commands, aws.folder, dirname(process.execPath), process.env['PATH']].join(':'),
      root,
    };
  }

  async function boot(
    { bootScript }: InstanceStack,
    keys: Credentials,
    { root, path }: ReturnType<typeof disk>,
  ) {
    const script = join(root, 'user-data');
    writeFileSync(script, bootScript);
    const metadata = await instanceMetadata(keys);
    const env = {
      PATH: path,
      HOME: root,
      SLUICE_ROOT: root,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.address,
      AWS_ENDPOINT_URL: local.cloudEndpoint,
    };
    try {
      const { stdout } = await promisify(execFile)('/bin/bash', [script], { env });
      return { exitCode: 0, said: stdout };
    } catch (error) {
      const { code, stdout } = error as { readonly code: number; readonly stdout: string };
      return { exitCode: code, said: stdout };
    } finally {
      await metadata.close();
    }
  }

  it('enrols itself and has the newest agent at every boot, and once it was revoked also where nothing can be downloaded', async () => {
    const stack = await instanceStack(agent);
    expect(parse(stack.cloudConfig)).toEqual({ cloud_final_modules: [['scripts-user', 'always']] });
    const keys = await sessionOf(stack.roleArn, stack.instanceId);
    const host = disk();
    const file = host.at('etc/sluice-agent/agent.yml');
    const written = () => JSON.parse(readFileSync(file, 'utf8')) as Configuration;
    const answered = async (endpoint: string) =>
      (await ask(endpoint, 'PollHostCommand', { HostIdentifier: written().host_identifier })).status;

    const { exitCode, said } = await boot(stack, keys, host);
    expect(exitCode, said).toBe(0);
    expect(await stackEnd(stack.name)).toMatchObject({ status: 'CREATE_COMPLETE' });
    const first = written();
    expect(first.host_identifier).toBe(
      `arn:aws:ec2:${local.region}:${local.accountId}:instance/${stack.instanceId}`,
    );
    expect(await answered(first.deploy_control_endpoint)).toBe(200);
    expect(said).not.toContain(first.deploy_control_endpoint);
    expect(statSync(file).mode.toString(8)).toBe('100600');
    const unit = join(import.meta.dirname, '../../agent/sluice-agent.service');
    expect(readFileSync(host.at('etc/systemd/system/sluice-agent.service'), 'utf8')).toBe(
      readFileSync(unit, 'utf8'),
    );
    expect(readFileSync(host.at('calls'), 'utf8')).toContain('systemctl restart sluice-agent');

    writeFileSync(host.at('opt/sluice-agent/sluice-agent.cjs'), 'an older agent');
    expect(await boot(stack, keys, host)).toMatchObject({ exitCode: 0 });
    const second = written();
    expect(second.deploy_control_endpoint).not.toBe(first.deploy_control_endpoint);
    expect(await answered(first.deploy_control_endpoint)).toBe(200);
    expect(await stackEnd(stack.name)).toMatchObject({ status: 'CREATE_COMPLETE' });

    expect(await sluice('host', 'revoke', stack.instanceId)).toMatchObject({ exitCode: 0 });
    expect(await answered(second.deploy_control_endpoint)).toBe(400);
    host.command('dnf', 'exit 1');
    host.command('aws', 'exit 1');
    const third = await boot(stack, keys, host);
    expect(third.exitCode, third.said).toBe(0);
    expect(third.said).toContain('Going on with the agent that is there.');
    await agentRuns(host, written(), stack.instanceId);

    const bare = disk();
    bare.command('aws', 'exit 1');
    const without = await boot(stack, keys, bare);
    expect(without.exitCode, without.said).toBe(1);
    expect(existsSync(bare.at('etc/sluice-agent/agent.yml'))).toBe(false);
  });

  it('fails its stack with the reason when it is not let in', async () => {
    const stack = await instanceStack(agent);
    const host = disk();
    const { exitCode, said } = await boot(stack, await sessionOf(stack.roleArn, 'build-7'), host);
    expect(exitCode, said).toBe(1);
    const refusal = 'Only an instance of EC2 enrols itself so';
    expect(said).toContain(refusal);
    const { status, reasons } = await stackEnd(stack.name);
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons).toContain(refusal);
    expect(existsSync(host.at('etc/sluice-agent/agent.yml'))).toBe(false);
  });

  it('fails its stack with what its agent has said when that does not go on', async () => {
    const stack = await instanceStack(agent);
    const host = disk();
    const fault = '/etc/sluice-agent/agent.yml cannot be used';
    host.command('systemctl', '[ "$1" != is-active ]');
    host.command('journalctl', `echo '${fault}'`);
    const { exitCode, said } = await boot(stack, await sessionOf(stack.roleArn, stack.instanceId), host);
    expect(exitCode, said).toBe(1);
    expect(said).not.toContain('The agent runs.');
    const { status, reasons } = await stackEnd(stack.name);
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons).toContain(fault);
    // Longer, and it may be looked at when it has just been started again.
    const calls = readFileSync(host.at('calls'), 'utf8');
    expect(calls).toMatch(/restart sluice-agent\nsleep [1-3]\nsystemctl is-active/);
  });

  /** The agent that was downloaded, with the file that was written, but for what this cloud has no TLS. */
  async function agentRuns({ at, root }: ReturnType<typeof disk>, written: Configuration, name: string) {
    const file = at('local.yml');
    writeFileSync(file, JSON.stringify({ ...written, allow_http: true, root_dir: at('opt/sluice-agent') }));
    const group = startProcessGroup(
      process.execPath,
      [at('opt/sluice-agent/sluice-agent.cjs'), '--config', file],
      { folder: root, environment: process.env, logFile: at('agent.log') },
    );
    try {
      await eventually(
        `the agent of ${name} polls`,
        async () => (await sluice('host', 'list')).out,
        (listed) => new RegExp(`^${name} .* ${OURS} `, 'm').test(listed),
      );
    } finally {
      await group.end();
    }
  }
});
