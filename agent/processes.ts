import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A process as Linux tells of it. The number and the start together are one process and no later one. */
export interface RunningProcess {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly startedAt: string;
}

/** Undefined where there is none, or one that has ended and waits only to be noticed. */
export function processOf(pid: number): RunningProcess | undefined {
  const stat = told(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === undefined) return undefined;
  // The name in brackets may hold anything; what follows its end is counted from the state on.
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  if (fields[0] === 'Z') return undefined;
  const [parent, group, session] = fields.slice(1, 4).map(Number);
  return {
    pid,
    name: stat.slice(stat.indexOf('(') + 1, end),
    parent: parent ?? 0,
    group: group ?? 0,
    session: session ?? 0,
    startedAt: fields[19] ?? '',
  };
}

/**
 * The process group of `leader`, which may be gone itself, and all that descends from it: `su` may give its command a session of
 * its own. What has made itself a daemon is left out.
 */
export function familyOf(leader: number): readonly RunningProcess[] {
  const all = numbersIn('/proc').flatMap((pid) => processOf(pid) ?? []);
  const family = new Map<number, RunningProcess>();
  const belongs = ({ pid, group, session, parent }: RunningProcess): boolean =>
    pid === leader || group === leader || session === leader || family.has(parent) || family.has(session);
  for (let more = all.filter(belongs); more.length > 0;) {
    for (const one of more) family.set(one.pid, one);
    more = all.filter((one) => !family.has(one.pid) && belongs(one));
  }
  return [...family.values()];
}

/** Signals each of them that still is what it was. */
export function signalAll(processes: readonly RunningProcess[], signal: 'SIGTERM' | 'SIGKILL'): void {
  for (const { pid, startedAt } of processes) {
    if (processOf(pid)?.startedAt === startedAt) told(() => process.kill(pid, signal));
  }
}

/** What a process was told when it was begun, as `NAME=value`; empty where it cannot be told. */
export function environmentOf(pid: number): readonly string[] {
  return told(() => readFileSync(`/proc/${pid}/environ`, 'utf8'))?.split('\0') ?? [];
}

/** What stands behind an open file of a process, such as `socket:[123]`; undefined where it cannot be told. */
export function openFile(pid: number, descriptor: number): string | undefined {
  return told(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`));
}

/** Who but ourselves has one of these files open. Of other users' processes only root can tell. */
export function holdersOf(files: readonly string[]): readonly RunningProcess[] {
  const holds = (pid: number): boolean =>
    numbersIn(`/proc/${pid}/fd`).some((descriptor) => files.includes(openFile(pid, descriptor) ?? ''));
  return numbersIn('/proc')
    .filter((pid) => pid !== process.pid && holds(pid))
    .flatMap((pid) => processOf(pid) ?? []);
}

function numbersIn(folder: string): readonly number[] {
  const names = told(() => readdirSync(folder)) ?? [];
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** A process may end, or not be ours to look at, while it is looked at. */
function told<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
