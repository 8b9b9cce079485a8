import type { RunCommand } from './system-command.ts';

/** The number of a user of the host, wherever it keeps them; undefined where there is none of that name. */
export async function userIdOf(name: string, run: RunCommand): Promise<number | undefined> {
  return await idOf('passwd', name, run);
}

export async function groupIdOf(name: string, run: RunCommand): Promise<number | undefined> {
  return await idOf('group', name, run);
}

/** What `su` runs a command with; undefined where there is no such user, or nobody knows. */
export async function loginShellOf(name: string, run: RunCommand): Promise<string | undefined> {
  return (await entryOf('passwd', name, run))?.[SHELL_COLUMN];
}

/** Both lists have the number in their third column, and that of users the shell in its last. */
const ID_COLUMN = 2;
const SHELL_COLUMN = 6;

async function idOf(list: 'passwd' | 'group', name: string, run: RunCommand): Promise<number | undefined> {
  if (/^\d{1,10}$/.test(name)) return Number(name);
  const id = (await entryOf(list, name, run))?.[ID_COLUMN];
  return id !== undefined && /^\d{1,10}$/.test(id) ? Number(id) : undefined;
}

async function entryOf(
  list: 'passwd' | 'group',
  name: string,
  run: RunCommand,
): Promise<readonly string[] | undefined> {
  const found = await run('getent', ['--', list, name]);
  return found.status === 'done' ? found.output.split('\n')[0]?.split(':') : undefined;
}
