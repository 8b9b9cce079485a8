import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { request } from 'node:http';
import { local } from './cloud.ts';
import type { Credentials } from './iam-users.ts';

export interface Asked {
  readonly method?: 'GET' | 'POST';
  readonly operation?: string;
  readonly body?: object;
}

/** Asks the API at a path that nobody tidies up on the way: it goes over the wire letter by letter. */
export async function signedRequest(
  path: string,
  credentials: Credentials,
  { method = 'POST', operation, body }: Asked,
): Promise<{ readonly status: number; readonly text: string }> {
  const { hostname, port, host, pathname } = new URL(local.endpoint);
  const content = body === undefined ? '' : JSON.stringify(body);
  const signer = new SignatureV4({
    service: 'execute-api',
    region: local.region,
    credentials,
    sha256: Sha256,
  });
  const target = operation === undefined ? {} : { 'x-amz-target': `CodeDeploy_20141006.${operation}` };
  const { headers } = await signer.sign({
    method,
    protocol: 'http:',
    hostname,
    path: `${pathname}${path}`,
    headers: { host, 'content-type': 'application/x-amz-json-1.1', ...target },
    ...(content !== '' && { body: content }),
  });
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path: `${pathname}${path}`, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.on('error', reject).end(content);
  });
}
