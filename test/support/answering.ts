import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';

/** What `act` makes of a service of the query protocol that answers its calls with these documents, one after another. */
export async function answering<Answer>(
  documents: readonly string[],
  act: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly calls: readonly URLSearchParams[] }> {
  const calls: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    void answerTo(request, response);
  });
  const answerTo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    response.writeHead(200, { 'content-type': 'text/xml' }).end(documents[calls.length]);
    calls.push(new URLSearchParams(body));
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'eu-north-1');
  try {
    return { answer: await act(), calls };
  } finally {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  }
}
