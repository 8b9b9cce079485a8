import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Signer } from './signed-specification.ts';
import { aSpecification } from './signed-specification.ts';

/** A stand-in for the service, on a port of this machine. */
export interface CommandServer {
  readonly endpoint: string;
  /** Commands that wait to be handed out, by the name of their event. */
  readonly queue: string[];
  /** Every call but the polls, with its body. */
  readonly calls: { readonly operation: string; readonly body: Record<string, unknown> }[];
  readonly of: (operation: string) => readonly Record<string, unknown>[];
  /** What an operation answers instead: a status and a body. */
  readonly answers: Map<string, () => { readonly status: number; readonly body: object } | undefined>;
  /** What was PUT to the address for outputs. */
  readonly outputs: string[];
  polls: number;
  readonly close: () => Promise<void>;
}

export const HOST = 'arn:aws:sts::111122223333:assumed-role/sluice-host/web-1';
export const SECRET = 'a-secret-of-this-host-alone';

export async function commandServer(signer: Signer, specification: object = {}): Promise<CommandServer> {
  const self: CommandServer = {
    endpoint: '',
    queue: [],
    calls: [],
    of: (wanted) => self.calls.filter(({ operation }) => operation === wanted).map(({ body }) => body),
    answers: new Map(),
    outputs: [],
    polls: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      if (request.method === 'PUT') {
        self.outputs.push(text);
        response.end();
        return;
      }
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const { status, body } = answer(operation, JSON.parse(text) as Record<string, unknown>);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
  });
  const answer = (operation: string, body: Record<string, unknown>) => {
    if (operation === 'PollHostCommand') self.polls += 1;
    else self.calls.push({ operation, body });
    const special = self.answers.get(operation)?.();
    return special ?? { status: 200, body: usual(operation) };
  };
  const usual = (operation: string): object => {
    switch (operation) {
      case 'PollHostCommand': {
        const event = self.queue.shift();
        if (event === undefined) return {};
        const [id, name] = [`d-ABCDEFGHI/${event}/web-1`, event];
        const DeploymentExecutionId = 'CodeDeploy/us-east-1/Sluice/d-ABCDEFGHI/web-1';
        return {
          HostCommand: {
            HostCommandIdentifier: id,
            HostIdentifier: HOST,
            DeploymentExecutionId,
            CommandName: name,
          },
        };
      }
      case 'GetDeploymentSpecification': {
        const GenericEnvelope = signer.sign(aSpecification(specification));
        return { DeploymentSystem: 'CodeDeploy', DeploymentSpecification: { GenericEnvelope } };
      }
      case 'PutHostCommandAcknowledgement':
        return { CommandStatus: 'InProgress', OutputUploadAddress: `${origin()}/outputs` };
      default:
        return {};
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(self, { endpoint: `${origin()}/hosts/${SECRET}` });
}
