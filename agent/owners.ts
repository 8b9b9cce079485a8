import type { RunCommand } from './system-command.ts';

/** The number of a user of the host, wherever it keeps them; undefined where there is none of that name. */
export async function userIdOf(name: string, run: RunCommand): Promise<number | undefined> {
  return await idOf('passwd', name, run);
}

export async function groupIdOf(name: string, run: RunCommand): Promise<number | undefined> {
  return await idOf('group', name, run);
}

/** Both lists have the number in their third column. */
const ID_COLUMN = 2;

async function idOf(list: 'passwd' | 'group', name: string, run: RunCommand): Promise<number | undefined> {
  if (/^\d{1,10}$/.test(name)) return Number(name);
  const found = await run('getent', ['--', list, name]);
  if (found.status !== 'done') return undefined;
  const id = found.output.split('\n')[0]?.split(':')[ID_COLUMN];
  return id !== undefined && /^\d{1,10}$/.test(id) ? Number(id) : undefined;
}
