import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { insteadOfAws } from './instead-of-aws.ts';

/** What `act` makes of a service of the query protocol that answers its calls with these documents, one after another. */
export async function answering<Answer>(
  documents: readonly string[],
  act: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly calls: readonly URLSearchParams[] }> {
  const calls: URLSearchParams[] = [];
  const answerTo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    response.writeHead(200, { 'content-type': 'text/xml' }).end(documents[calls.length]);
    calls.push(new URLSearchParams(body));
  };
  const answer = await insteadOfAws((request, response) => void answerTo(request, response), act);
  return { answer, calls };
}
