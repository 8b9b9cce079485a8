import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DeploymentOnHost, scriptsLogPath, sharedLogPath } from './deployment-folders.ts';

/** Of each file, as with other agents. */
const MOST_BYTES = 64 * 1024 * 1024;
/** As many are kept of the log of all deployments, and of that of one: it goes with its deployment. */
const SHARED_FILES = 8;
const DEPLOYMENT_FILES = 2;

/**
 * What scripts say, for people on the host: with the time of each line in a log of the deployment and in one of all deployments. Throws
 * where the disk takes none of it.
 */
export function scriptLog(
  deployment: DeploymentOnHost,
  now: () => number,
  mostBytes: number = MOST_BYTES,
): (lines: readonly string[]) => void {
  const own = { path: scriptsLogPath(deployment), mostBytes, files: DEPLOYMENT_FILES };
  const shared = { path: sharedLogPath(deployment), mostBytes, files: SHARED_FILES };
  for (const { path } of [own, shared]) mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  return (lines) => {
    const time = new Date(now()).toISOString();
    append(own, lines.map((line) => `${time} ${line}\n`).join(''));
    append(shared, lines.map((line) => `${time} [${deployment.deploymentId}] ${line}\n`).join(''));
  };
}

interface TurningLog {
  readonly path: string;
  readonly mostBytes: number;
  readonly files: number;
}

/** The agent is the only one in its folder, and runs one command at a time: nobody writes in between. */
function append(log: TurningLog, text: string): void {
  const bytes = statSync(log.path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > 0 && bytes + Buffer.byteLength(text) > log.mostBytes) turnOver(log);
  appendFileSync(log.path, text, { mode: 0o600 });
}

/** `log` becomes `log.1`, and so on; the last is replaced. */
function turnOver({ path, files }: TurningLog): void {
  const names = [path, ...Array.from({ length: files - 1 }, (_, index) => `${path}.${index + 1}`)];
  for (let index = names.length - 1; index > 0; index -= 1) {
    const [newer, older] = [names[index - 1] ?? '', names[index] ?? ''];
    if (existsSync(newer)) renameSync(newer, older);
  }
}
