import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { buildAgent } from '../../scripts/build-agent.ts';
import type { CommandServer } from './command-server.ts';
import { HOST, commandServer } from './command-server.ts';
import { aSigner } from './signed-specification.ts';

/** What an agent told of the end of a command. */
export interface Completion {
  readonly status: string;
  readonly error_code: number;
  readonly script_name: string;
  readonly message: string;
  readonly log: string;
  readonly isOutputSent: boolean;
}

/** A folder as a host, for each test a fresh one, and the agent as it is built, which the tests start as a process. */
export function agentOnAHost() {
  const builds = mkdtempSync(join(tmpdir(), 'sluice-agent-build-'));
  const program = join(builds, 'sluice-agent.cjs');
  const signer = aSigner();
  const host = {
    program,
    signer,
    folder: '',
    server: undefined as unknown as CommandServer,
    agent: undefined as ChildProcess | undefined,
    /** All that agents have written. */
    said: '',
    start,
    unpacked,
    completed,
  };
  beforeAll(() => buildAgent(program));
  afterAll(() => rmSync(builds, { recursive: true }));
  beforeEach(async () => {
    host.folder = mkdtempSync(join(tmpdir(), 'sluice-agent-'));
    host.server = await commandServer(signer);
    host.said = '';
  });
  afterEach(async () => {
    host.agent?.kill('SIGKILL');
    await host.server.close();
    rmSync(host.folder, { recursive: true, force: true, maxRetries: 3 });
  });
  return host;

  function start(change: object = {}): ChildProcess {
    const configuration = {
      deploy_control_endpoint: host.server.endpoint,
      allow_http: true,
      host_identifier: HOST,
      specification_certificate: signer.certificate,
      root_dir: join(host.folder, 'root'),
      wait_between_runs: 0.05,
      ...change,
    };
    const path = join(host.folder, 'agent.yml');
    writeFileSync(path, JSON.stringify(configuration), { mode: 0o600 });
    const agent = spawn(process.execPath, [program, '--config', path], {
      env: { PATH: process.env['PATH'] },
    });
    agent.stdout.on('data', (text: Buffer) => (host.said += text.toString()));
    agent.stderr.on('data', (text: Buffer) => (host.said += text.toString()));
    host.agent = agent;
    return agent;
  }

  /** The revision as DownloadBundle leaves it. */
  function unpacked(
    scripts: Readonly<Record<string, string>>,
    deploymentId = 'd-ABCDEFGHI',
    appSpecName = 'appspec.yml',
  ): void {
    const archive = join(host.folder, 'root', 'group-1', deploymentId, 'deployment-archive');
    mkdirSync(archive, { recursive: true });
    const hooks = Object.keys(scripts).map(
      (event) => `  ${event}:\n    - location: ${event}.sh\n      timeout: 60\n`,
    );
    writeFileSync(join(archive, appSpecName), `version: 0.0\nos: linux\nhooks:\n${hooks.join('')}`);
    for (const [event, text] of Object.entries(scripts))
      writeFileSync(join(archive, `${event}.sh`), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }

  async function completed(count = 1): Promise<readonly Completion[]> {
    const told = () => host.server.of('PutHostCommandComplete');
    await expect.poll(() => told().length, { timeout: 15_000 }).toBe(count);
    return told().map((body) => {
      const { Payload } = body['Diagnostics'] as { readonly Payload: string };
      const ended = { status: body['CommandStatus'], isOutputSent: body['OutputUploaded'] };
      return { ...ended, ...(JSON.parse(Payload) as object) } as Completion;
    });
  }
}
