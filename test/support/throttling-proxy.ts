import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy on the loopback interface that stands before the emulator and throttles, as AWS does. */
export interface ThrottlingProxy {
  readonly endpoint: string;
  /** When each call was let through, in milliseconds of a clock that never goes back. */
  readonly forwardedAt: readonly number[];
  readonly throttled: () => number;
  readonly close: () => Promise<void>;
}

const SECOND = 1000;

/**
 * Lets at most `callsPerSecond` through to `target` in any second, and answers the others at once: 429 to clients of
 * Lambda, 400 Throttling to those of CloudWatch. Signatures stay valid, since the host is passed on as it came.
 */
export async function throttlingProxy(target: string, callsPerSecond: number): Promise<ThrottlingProxy> {
  const forwardedAt: number[] = [];
  let throttled = 0;
  const server = createServer((incoming, outgoing) => {
    const now = performance.now();
    const lastOfTheWindow = forwardedAt.at(-callsPerSecond);
    if (lastOfTheWindow !== undefined && now - lastOfTheWindow < SECOND) {
      throttled += 1;
      throttle(incoming, outgoing);
      return;
    }
    forwardedAt.push(now);
    forward(target, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    forwardedAt,
    throttled: () => throttled,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function throttle(incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume();
  const isCloudWatch = incoming.headers['x-amz-target'] !== undefined;
  const message = 'Rate exceeded';
  if (isCloudWatch) {
    outgoing.writeHead(400, {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-query-error': 'Throttling;Sender',
    });
    outgoing.end(JSON.stringify({ __type: 'com.amazonaws.cloudwatch#Throttling', message }));
  } else {
    outgoing.writeHead(429, {
      'content-type': 'application/json',
      'x-amzn-errortype': 'TooManyRequestsException',
    });
    outgoing.end(JSON.stringify({ Type: 'User', message }));
  }
}

function forward(target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url = '/', headers } = incoming;
  const onward = request(new URL(url, target), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
