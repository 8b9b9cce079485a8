import {
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
  createServer,
  request,
} from 'node:http';
import { request as secureRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { operationNameOf } from '../functions/runtime/aws-json.ts';
import { type ClientKey, signatureFault } from './client-key.ts';
import { CannotDo } from './command.ts';
import { lossInWords } from './failure.ts';

export interface SigningProxyOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** What clients must sign with. */
  readonly clientKey: ClientKey;
  /** Where requests go, signed anew. */
  readonly upstream: Upstream;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Upstream {
  /** In words, for messages. */
  readonly place: string;
  /** The CodeDeploy-compatible URL, with a slash at its end. */
  readonly endpoint: string;
  readonly region: string;
  /** Asked for each request: those of a session are renewed by whoever gives them. */
  readonly credentials: () => Promise<Credentials>;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SigningProxy {
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

/**
 * Takes requests of CodeDeploy clients on the loopback interface, checks that they are signed with the client key, and
 * passes them on signed for API Gateway. A request is read whole, because its hash is part of the signature; the answer
 * is passed on as it comes. Throws CannotDo where the port is not to be had.
 */
export async function startSigningProxy(options: SigningProxyOptions): Promise<SigningProxy> {
  const server = createServer((received, response) => {
    passOn(received, response, options).catch((error: unknown) => {
      // Half an answer was cut off already, so that nobody takes it for whole.
      if (!response.headersSent) refuse(response, refusalOf(error, options.upstream));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new CannotDo(`port ${options.port} of 127.0.0.1 is taken. Leave --port out to take any free one.`)
          : new CannotDo(`port ${options.port} of 127.0.0.1 is not to be had (${error.message}).`),
      ),
    );
    server.listen(options.port, LOOPBACK, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://${LOOPBACK}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Whoever reaches it acts with somebody's rights: no other machine does. */
const LOOPBACK = '127.0.0.1';

/** What the proxy answers itself, by a name that clients show with the message. */
class ProxyRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ProxyRefusal';
    this.status = status;
    this.code = code;
  }
}

async function passOn(
  received: IncomingMessage,
  response: ServerResponse,
  { clientKey, upstream, now }: SigningProxyOptions,
): Promise<void> {
  const { method = '', url: path = '' } = received;
  const headers = received.headers as Readonly<Record<string, string>>;
  refuseStrangers(received);
  const body = await bodyOf(received);
  const fault = await signatureFault({ method, path, headers, body }, clientKey, now());
  if (fault !== undefined) throw new ProxyRefusal(403, fault.code, fault.message);
  const sent = await signed({ path, headers, body }, upstream, now());
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const answer = await answerOf(sent, body, gone.signal);
  response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
  await pipeline(answer, response);
}

/** A page in a browser may reach the loopback interface under a name of its own, and may send anything but our headers. */
function refuseStrangers({ method, url = '', headers }: IncomingMessage): void {
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '')) {
    throw new ProxyRefusal(
      403,
      'AccessDeniedException',
      'This proxy answers to 127.0.0.1 and localhost only.',
    );
  }
  const target = String(headers['x-amz-target'] ?? '');
  if (method !== 'POST' || operationNameOf(target) === undefined) {
    throw new ProxyRefusal(
      404,
      'UnknownOperationException',
      'This proxy takes operations of CodeDeploy only.',
    );
  }
  // Dots and such would be resolved on the way, and something else would be signed than was meant.
  if (!URL.canParse(url, 'http://proxy') || new URL(url, 'http://proxy').pathname !== url) {
    throw new ProxyRefusal(400, 'ValidationException', `The path ${JSON.stringify(url)} is not understood.`);
  }
}

/** What an HTTP API takes at most. */
const LARGEST_BODY_BYTES = 10 * 1024 * 1024;

async function bodyOf(received: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = Number(received.headers['content-length'] ?? 0);
  const limit = (): void => {
    if (bytes <= LARGEST_BODY_BYTES) return;
    throw new ProxyRefusal(413, 'RequestEntityTooLargeException', 'A request may hold 10 MB.');
  };
  limit();
  bytes = 0;
  // Not to be destroyed when it is left early: the refusal goes back on the same connection.
  for await (const chunk of received.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    limit();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Nothing else of the client's request is passed on, least of all its own signature. */
const PASSED_ON = [
  'content-type',
  'x-amz-target',
  'user-agent',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
] as const;

async function signed(
  { path, headers, body }: { readonly path: string; readonly headers: Headers; readonly body: Buffer },
  { endpoint, region, credentials }: Upstream,
  now: number,
): Promise<{ readonly url: URL; readonly headers: Headers }> {
  const url = new URL(`.${path}`, endpoint);
  const kept = PASSED_ON.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: await known(credentials),
    sha256: Sha256,
  });
  const { headers: withSignature } = await signer.sign(
    {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: {},
      headers: { ...Object.fromEntries(kept), host: url.host },
      body,
    },
    { signingDate: new Date(now) },
  );
  return { url, headers: withSignature };
}

type Headers = Readonly<Record<string, string>>;

/** No answer that a client would ask for again: somebody must log in first. */
async function known(credentials: Upstream['credentials']): Promise<Credentials> {
  try {
    return await credentials();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProxyRefusal(
      403,
      'AccessDeniedException',
      `sluice proxy has no AWS credentials any longer (${why}). Log in again where it runs.`,
    );
  }
}

/** An HTTP API answers within 30 seconds, or gives up itself. */
const LONGEST_SILENCE_MILLISECONDS = 35_000;

function answerOf(
  { url, headers }: { readonly url: URL; readonly headers: Headers },
  body: Buffer,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': body.length },
    timeout: LONGEST_SILENCE_MILLISECONDS,
    signal,
  };
  return new Promise((resolve, reject) => {
    const asked = (url.protocol === 'https:' ? secureRequest : request)(url, options, resolve);
    asked.once('error', reject);
    asked.once('timeout', () => asked.destroy(new Error('it has said nothing for 35 s')));
    asked.end(body);
  });
}

/** Those of the connection end with it. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding']);

function endToEnd(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function refusalOf(error: unknown, { place }: Upstream): ProxyRefusal {
  if (error instanceof ProxyRefusal) return error;
  if (!(error instanceof Error)) return new ProxyRefusal(500, 'InternalFailure', String(error));
  return new ProxyRefusal(
    502,
    'BadGatewayException',
    `sluice proxy cannot reach the API of ${place}: ${lossInWords(error)}.`,
  );
}

function refuse(response: ServerResponse, { status, code, message }: ProxyRefusal): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-errortype': code,
    // What is left of a request that was not read must not be taken for the next one.
    connection: 'close',
  });
  response.end(JSON.stringify({ __type: code, message }));
}
