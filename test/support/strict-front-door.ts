import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExpectedSignature, type ReceivedRequest, signatureFault } from './signature-verifier.ts';

export interface StrictFrontDoor {
  readonly endpoint: string;
  /** All that arrived, in order; `fault` says why a request was not let in. */
  readonly seen: readonly (ReceivedRequest & { readonly fault: string | undefined })[];
  /** How what is let in is answered, until it is set anew. */
  answer: (response: ServerResponse, request: IncomingMessage) => void;
  readonly close: () => Promise<void>;
}

/** An address on the loopback interface that checks signatures as API Gateway does: strictly, and for itself. */
export async function strictFrontDoor(
  expected: () => Omit<ExpectedSignature, 'service' | 'now'>,
  now: () => number = Date.now,
): Promise<StrictFrontDoor> {
  const seen: (ReceivedRequest & { readonly fault: string | undefined })[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const received = {
        method,
        url,
        headers: headers as ReceivedRequest['headers'],
        body: Buffer.concat(chunks),
      };
      const fault = signatureFault(received, { ...expected(), service: 'execute-api', now: now() });
      seen.push({ ...received, fault });
      if (fault === undefined) door.answer(response, request);
      else answerJson(response, 403, { message: 'Forbidden' });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const door: StrictFrontDoor = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    seen,
    answer: (response) => answerJson(response, 200, { applications: ['shop'] }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return door;
}

export function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}
