import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../local-cloud/port.ts';
import type { ProcessGroup } from '../process-group.ts';
import { startProcessGroup } from '../process-group.ts';

/** One on-premises host of the demonstration: a folder that is all of its disk, a port that its web server listens on, and a real agent. */
export interface DemoHost {
  readonly name: string;
  readonly port: number;
  readonly end: () => Promise<void>;
}

/** What `sluice host register --json` prints. */
export interface Registered {
  readonly hostIdentifier: string;
  readonly endpoint: string;
}

export async function startHosts(
  names: readonly string[],
  {
    folder,
    agent,
    certificate,
    register,
  }: {
    readonly folder: string;
    /** The bundled agent, one file. */
    readonly agent: string;
    readonly certificate: string;
    readonly register: (name: string) => Promise<Registered>;
  },
): Promise<readonly DemoHost[]> {
  const hosts: DemoHost[] = [];
  for (const name of names) {
    const host = join(folder, name);
    const port = await freePort();
    mkdirSync(join(host, 'files'), { recursive: true });
    writeFileSync(join(host, 'port'), String(port));
    const { hostIdentifier, endpoint } = await register(name);
    const configuration = {
      deploy_control_endpoint: endpoint,
      allow_http: true,
      host_identifier: hostIdentifier,
      specification_certificate: certificate,
      root_dir: join(host, 'agent'),
      files_root: join(host, 'files'),
      wait_between_runs: 0.2,
    };
    // JSON is YAML.
    writeFileSync(join(host, 'agent.yml'), JSON.stringify(configuration), { mode: 0o600 });
    const group: ProcessGroup = startProcessGroup(
      process.execPath,
      [agent, '--config', join(host, 'agent.yml')],
      { folder: host, environment: process.env, logFile: join(host, 'agent.log') },
    );
    const end = async (): Promise<void> => {
      await group.end();
      endWebServer(join(host, 'web.pid'));
    };
    hosts.push({ name, port, end });
  }
  return hosts;
}

/** What a release has started is its host's, not its agent's, and goes on after it. */
function endWebServer(pidFile: string): void {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    // Of a file that was not written to its end: zero would be ourselves.
    if (pid > 0) process.kill(pid, 'SIGTERM');
  } catch (error) {
    // There is none: no release is installed, or what was has ended.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ESRCH') throw error;
  }
}
