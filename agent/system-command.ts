import { execFile } from 'node:child_process';

/** How a command of the system ended; `missing` where the host does not have it. */
export type CommandResult =
  | { readonly status: 'done'; readonly output: string }
  | { readonly status: 'failed'; readonly message: string }
  | { readonly status: 'missing' };

export type RunCommand = (command: string, args: readonly string[]) => Promise<CommandResult>;

/** Setting rights is quick; SELinux may rebuild its policy, which takes up to a minute. */
const LONGEST_COMMAND_MILLISECONDS = 300_000;

/** Without a shell, so that an argument is nothing but itself, and found on the system's own path. */
export const runCommand: RunCommand = async (command, args) =>
  await new Promise((resolve) => {
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
    const options = { env, timeout: LONGEST_COMMAND_MILLISECONDS };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ status: 'done', output: stdout });
      else if (error.code === 'ENOENT') resolve({ status: 'missing' });
      else resolve({ status: 'failed', message: stderr.trim() || error.message });
    });
  });
