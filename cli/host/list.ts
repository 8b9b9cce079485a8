import type { HostCommandView, HostView } from '../../core/views/v1-hosts.ts';
import type { Command } from '../command.ts';
import { age, columns, oneLine } from '../lines.ts';

/** Signatures and logs of a host are of no use when its clock is this wrong: AWS refuses signatures after 5 minutes. */
const SKEW_WORTH_A_WORD_SECONDS = 60;

export const hostList: Command = {
  name: 'host list',
  summary: 'lists the hosts that are let in: when they were seen, by which agent, what they run now',
  options: { json: { type: 'boolean' } },
  help: `One line each: name, when its agent last asked for work, its version, and what the host is at work on or has to take
up next. A host is silent when it has missed three of its own polls, and a minute at least. With --json each host is one line.

Example: sluice host list
         sluice host list --json | jq -r 'select(.isSilent) | .name'

Exit code: 0, also where there are none.`,
  run: async ({ values, terminal, connect, now }) => {
    const { hosts, place } = await connect();
    const found = await (await hosts()).list();
    const lines =
      values['json'] === true
        ? found.map((host) => JSON.stringify(host))
        : columns(found.map((host) => cells(host, now())));
    for (const line of lines) terminal.print(line);
    if (found.length === 0)
      terminal.note(`No host is let in to ${place}. To let one in: npx sluice host register NAME`);
    return 0;
  },
};

function cells(host: HostView, now: number): readonly string[] {
  const { name, agentVersion = 'no agent yet', command, clockSkewSeconds = 0 } = host;
  const work = command === undefined ? 'idle' : commandWords(command);
  const skew =
    Math.abs(clockSkewSeconds) < SKEW_WORTH_A_WORD_SECONDS
      ? ''
      : `, its clock is ${age(Math.abs(clockSkewSeconds) * 1000)} ${clockSkewSeconds > 0 ? 'ahead' : 'behind'}`;
  return [oneLine(name), `${seenWords(host, now)}${skew}`, oneLine(agentVersion), work];
}

/** "runs Install of d-A1B2C3D4E" */
export function commandWords({ deploymentId, lifecycleEventName, isAcknowledged }: HostCommandView): string {
  return `${isAcknowledged ? 'runs' : 'is to take up'} ${lifecycleEventName} of ${deploymentId}`;
}

function seenWords({ lastPolledAt, isSilent }: HostView, now: number): string {
  if (lastPolledAt === undefined) return 'never seen';
  const ago = age(now - Date.parse(lastPolledAt));
  return isSilent ? `silent, last seen ${ago} ago` : `seen ${ago} ago`;
}
