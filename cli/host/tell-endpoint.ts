import type { IssuedHostAnswer } from '../../core/views/v1-hosts.ts';
import type { Invocation } from '../command.ts';

/** What the agent on a host is configured with, in the names that agents know; with --json for a script. */
export function tellEndpoint(
  { terminal, values }: Pick<Invocation, 'terminal' | 'values'>,
  name: string,
  { hostIdentifier, endpoint }: IssuedHostAnswer,
  place: string,
): void {
  if (values['json'] === true) {
    terminal.print(JSON.stringify({ hostIdentifier, endpoint }));
    return;
  }
  terminal.print(`deploy_control_endpoint: ${endpoint}`);
  terminal.print(`host_identifier: ${hostIdentifier}`);
  terminal.note(
    `The endpoint holds the secret of ${name} for ${place} and is not shown again. Whoever has it is that host: keep the ` +
      'file that it goes into readable by root alone.',
  );
}
