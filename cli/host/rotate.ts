import type { Command } from '../command.ts';
import { tellEndpoint } from './tell-endpoint.ts';

export const hostRotate: Command = {
  name: 'host rotate',
  argument: '<name>',
  summary: 'gives a host another secret; the one before it is good for a day longer',
  options: { json: { type: 'boolean' } },
  help: `Prints the new endpoint once, as sluice host register does. Put it into the agent's configuration and start the agent
again within a day: until then both are good, so that no deployment notices. The secret before the last is good no more.
Where a secret has become known to others, revoke it instead and let the host in again.

Example: sluice host rotate web-7

Exit code: 0 where it has a new secret; 1 where it had none.`,
  run: async (invocation) => {
    const { hosts, place } = await invocation.connect();
    const issued = await (await hosts()).rotate(invocation.argument);
    tellEndpoint(invocation, invocation.argument, issued, place);
    return 0;
  },
};
