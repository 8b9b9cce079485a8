import type { HostCommandView } from '../../core/views/v1-hosts.ts';
import type { Command } from '../command.ts';
import { commandWords } from './list.ts';

export const hostRevoke: Command = {
  name: 'host revoke',
  argument: '<name>',
  summary: 'lets the agent on a host in no more, at once',
  options: {},
  help: `All secrets of the host are good no more, that of before a rotation included. What it is at work on is named: it can no
longer be answered, and fails when its time is over. An instance of EC2 may enrol itself again: to keep it out, take the
right to invoke POST /hosts from its role as well, or terminate it.

Example: sluice host revoke web-7

Exit code: 0 where it was revoked; 1 where the host had no secret.`,
  run: async ({ argument: name, terminal, connect }) => {
    const { hosts } = await connect();
    const command = await (await hosts()).revoke(name);
    terminal.print(`${name} is let in no more. ${againWords(name)}`);
    if (command !== undefined) terminal.print(lostWords(name, command));
    return 0;
  },
};

function lostWords(name: string, command: HostCommandView): string {
  return (
    `${name} ${commandWords(command)} and can no longer answer, so that this fails there when its time is over. ` +
    `Follow it: npx sluice watch ${command.deploymentId}`
  );
}

/** Ids of EC2 instances begin with `i-`, and no names of others do. */
function againWords(name: string): string {
  return name.startsWith('i-')
    ? 'It may enrol itself again, as one of our template does when it boots, until its role may invoke POST /hosts no more.'
    : `To let it in again: npx sluice host register ${name}`;
}
