import type { Command } from './command.ts';
import { oneLine } from './lines.ts';

export const output: Command = {
  name: 'output',
  argument: '<deployment-id> <host>',
  summary: 'prints what the scripts of a lifecycle event wrote on a host, up to 64 MB',
  options: { event: { type: 'string' } },
  help: `The API and \`sluice watch\` have only the end of it. Without --event it is that of the event that failed on the host, and
where none has failed of the last one that has any. What would steer the terminal is left out. Only Sluice's own agent
sends more than the end; it is kept for 90 days. Where there is no more than the end, it says why and prints that.

It takes the right to invoke GET /v1/* of the API.

Example: sluice output d-A1B2C3D4E web-1
         sluice output d-A1B2C3D4E i-0a1b2c3d4e5f6a7b8 --event BeforeInstall

Exit code: 0; 1 where there is no such output.`,
  run: async ({ argument: deploymentId, otherArguments, values, terminal, connect }) => {
    const [targetId = ''] = otherArguments;
    const { event } = values;
    const outputs = await (await connect()).outputs();
    const wanted = {
      deploymentId,
      targetId,
      ...(typeof event === 'string' && { lifecycleEventName: event }),
    };
    const { lifecycleEventName, lines } = await outputs.find(wanted);
    terminal.note(`${lifecycleEventName} on ${targetId}:`);
    for await (const line of lines) terminal.print(oneLine(line));
    return 0;
  },
};
