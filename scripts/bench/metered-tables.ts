import {
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  paginateListFunctions,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { clientSettings } from '../local-cloud/client-settings.ts';
import type { LocalJson } from '../local-cloud/local-json.ts';

/** What DynamoDB said that it consumed, in its capacity units. */
export interface Consumed {
  readonly writeUnits: number;
  readonly readUnits: number;
}

/** The functions of the stack reach their tables through a proxy on the loopback interface, which has each call say what it consumes. */
export interface MeteredTables {
  readonly consumed: () => Consumed;
  /** The functions reach their tables as before. */
  readonly close: () => Promise<void>;
}

/**
 * Calls are signed again, because they are changed: with the administrator's key, whose signature the emulator does not check.
 * So the functions have all rights to tables meanwhile, which is none of a benchmark's concern.
 */
export async function meteredTables(local: LocalJson): Promise<MeteredTables> {
  const agent = new Agent({ keepAlive: true });
  const sum = { writeUnits: 0, readUnits: 0 };
  const server = createServer((incoming, outgoing) => {
    forward({ local, agent, sum }, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const lambda = new LambdaClient(clientSettings(local));
  const functions = await functionsWithTables(lambda, local);
  const through = { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` };
  for (const [name, variables] of functions) await configure(lambda, name, { ...variables, ...through });
  return {
    consumed: () => ({ ...sum }),
    close: async () => {
      for (const [name, variables] of functions) await configure(lambda, name, variables);
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

type Variables = Readonly<Record<string, string>>;

/** The environment of each function of the stack that is told the name of a table, by the name of the function. */
async function functionsWithTables(
  client: LambdaClient,
  { stackName }: LocalJson,
): Promise<ReadonlyMap<string, Variables>> {
  const found = new Map<string, Variables>();
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    for (const { FunctionName = '', Environment } of Functions) {
      const variables = Environment?.Variables ?? {};
      const isOurs = FunctionName.startsWith(`${stackName}-`);
      if (isOurs && Object.keys(variables).some((name) => name.endsWith('_TABLE')))
        found.set(FunctionName, variables);
    }
  }
  return found;
}

async function configure(client: LambdaClient, FunctionName: string, variables: Variables): Promise<void> {
  await client.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: variables } }),
  );
  await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 30, minDelay: 1 }, { FunctionName });
}

interface Meter {
  readonly local: LocalJson;
  readonly agent: Agent;
  readonly sum: { -readonly [Kind in keyof Consumed]: number };
}

async function forward(meter: Meter, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { local, agent, sum } = meter;
  const call = JSON.parse(await text(incoming)) as object;
  const body = JSON.stringify({ ...call, ReturnConsumedCapacity: 'TOTAL' });
  const { 'x-amz-security-token': _, ...headers } = incoming.headers;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const onward = request(new URL('/', local.cloudEndpoint), {
      agent,
      method: 'POST',
      headers: {
        ...headers,
        authorization: signedByAdministrator(local),
        'content-length': Buffer.byteLength(body),
      },
    });
    onward.on('response', resolve).on('error', reject).end(body);
  });
  const said = await text(answer);
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(said);
  if (answer.statusCode !== 200) return;
  const [, operation = ''] = String(headers['x-amz-target']).split('.');
  const { ConsumedCapacity = [] } = JSON.parse(said) as {
    readonly ConsumedCapacity?: Capacity | readonly Capacity[];
  };
  const units = [ConsumedCapacity].flat().reduce((all, { CapacityUnits = 0 }) => all + CapacityUnits, 0);
  if (READS.has(operation)) sum.readUnits += units;
  else sum.writeUnits += units;
}

interface Capacity {
  readonly CapacityUnits?: number;
}

const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);

function signedByAdministrator({ credentials, region }: LocalJson): string {
  const scope = `${credentials.accessKeyId}/20260101/${region}/dynamodb/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
}
