import { X509Certificate } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { runCommand } from '../../agent/command.ts';
import { commandService } from '../../agent/command-service.ts';
import { journalIn } from '../../agent/journal.ts';
import { agentOnAHost } from './agent-on-a-host.ts';
import { HOST } from './command-server.ts';

const host = agentOnAHost();

it('An agent says that it works as long as it does, and stops when the command is over for the service', async () => {
  host.unpacked({ ApplicationStart: 'echo working; sleep 300' });
  const silent = { info: () => undefined, warn: () => undefined };
  const statuses = ['InProgress', 'InProgress', 'Failed'];
  host.server.answers.set('PostHostCommandUpdate', () => ({
    status: 200,
    body: { CommandStatus: statuses.shift() ?? 'Failed' },
  }));
  const ended = await runCommand(
    {
      service: commandService(new URL(host.server.endpoint), 'sluice/0'),
      journal: journalIn(host.folder),
      log: silent,
      ending: new AbortController().signal,
      hostIdentifier: HOST,
      certificate: new X509Certificate(host.signer.certificate),
      now: Date.now,
      folders: { rootFolder: `${host.folder}/root`, filesRoot: '/', mostRevisions: 5 },
      heartbeatMilliseconds: 20,
      unanswered: new Set(),
      doubts: new EventEmitter(),
    },
    {
      HostCommandIdentifier: 'd-ABCDEFGHI/ApplicationStart/web-1',
      HostIdentifier: HOST,
      DeploymentExecutionId: 'CodeDeploy/us-east-1/Sluice/d-ABCDEFGHI/web-1',
      CommandName: 'ApplicationStart',
    },
  );
  expect(host.server.of('PostHostCommandUpdate').length).toBeGreaterThanOrEqual(3);
  expect(ended?.completion?.Payload).toContain('The service stopped the script');
  expect(await journalIn(host.folder).left()).toEqual([ended]);
}, 30_000);
