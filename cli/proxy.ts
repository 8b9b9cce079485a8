import { randomBytes } from 'node:crypto';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { clientDefaults } from '../functions/adapters/aws-clients.ts';
import { type ClientKey, newClientKey } from './client-key.ts';
import { type Command, type ExitCode, type Invocation, UsageError, type Values } from './command.ts';
import { type Upstream, startSigningProxy } from './signing-proxy.ts';
import type { Target } from './target.ts';

export const proxy: Command = {
  name: 'proxy',
  summary: 'lets clients in that can only sign for CodeDeploy: listens on this machine and signs anew',
  options: { port: { type: 'string' } },
  help: `For clients that can neither be told what to sign for nor take AWS_DATA_PATH: Java, Go, Ruby, Terraform and others. Takes
their requests at 127.0.0.1 and passes them on with your AWS credentials, which need execute-api:Invoke, until Ctrl-C.

It prints the environment for such a client, with a key pair that is made for this run and opens nothing but this
proxy. A request that is not signed with it is refused: whoever has the pair, and nobody else on this machine, acts with
your rights. A program that calls other services too takes the pair for its CodeDeploy client alone.

--port N listens there, else on any free port.

Example: sluice proxy --port 8014

Exit code: 0 when it was ended; 1 where the port is taken or the installation cannot be found.`,
  run: serve,
};

async function serve({ values, terminal, connect, now, interrupted }: Invocation): Promise<ExitCode> {
  const port = portOf(values['port']);
  const { target, place } = await connect();
  const clientKey = newClientKey(randomBytes);
  const upstream = await upstreamOf(target);
  const { endpoint, close } = await startSigningProxy({ port, clientKey, upstream, now });
  try {
    terminal.note(
      `Passes requests on to the API of ${place}, with your rights, until Ctrl-C. For its clients:`,
    );
    for (const line of environmentLines(endpoint, upstream.region, clientKey)) terminal.print(line);
    await interrupted();
  } finally {
    await close();
  }
  return 0;
}

const HIGHEST_PORT = 65_535;

function portOf(port: Values[string]): number {
  const number = Number(port ?? 0);
  if (Number.isInteger(number) && number >= 0 && number <= HIGHEST_PORT && port !== '') return number;
  throw new UsageError(`--port takes the number of a port, not ${String(port)}.`);
}

/** The client of the SDK knows where credentials come from, and asks again before those of a session run out. */
async function upstreamOf({ place, apiEndpoint, client }: Target): Promise<Upstream> {
  const { config } = new CodeDeployClient({ ...clientDefaults, ...client });
  return { place, endpoint: apiEndpoint, region: await config.region(), credentials: config.credentials };
}

/**
 * Not all clients read the region from the same variable. A session token or a profile of the shell would go with the
 * key pair, or win over it.
 */
function environmentLines(endpoint: string, region: string, key: ClientKey): readonly string[] {
  return [
    `export AWS_ENDPOINT_URL_CODEDEPLOY=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    `export AWS_ACCESS_KEY_ID=${key.accessKeyId} AWS_SECRET_ACCESS_KEY=${key.secretAccessKey}`,
    'unset AWS_SESSION_TOKEN AWS_PROFILE',
  ];
}
