import { readFileSync, readdirSync } from 'node:fs';

/** A process as Linux tells of it; undefined where there is none, or one that has ended and waits only to be noticed. */
export function processOf(pid: number): { readonly startedAt: string; readonly group: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; what follows its end is counted from the state on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return { group: Number(fields[2]), startedAt: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/** The processes of a group, by name and number, for people: "node (4711)". */
export function namesOfGroup(group: number): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    if (processOf(Number(pid))?.group !== group) return [];
    try {
      return [`${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (${pid})`];
    } catch {
      return [];
    }
  });
}

/** Signals all of a group; one that is gone has been ended. */
export function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
