import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { type IncomingMessage, request } from 'node:http';
import type { ClientKey } from '../../cli/client-key.ts';

export interface RawRequest {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** After they were signed. */
  readonly replaced?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly sentBody?: string;
  readonly signal?: AbortSignal;
}

/** The head of the answer to a request that is made by hand, signed for CodeDeploy. */
export async function rawRequest(
  endpoint: string,
  credentials: ClientKey,
  {
    path = '/',
    method = 'POST',
    headers = {},
    replaced = {},
    body = '{}',
    sentBody = body,
    signal,
  }: RawRequest,
): Promise<IncomingMessage> {
  const { host, hostname, port } = new URL(endpoint);
  const signer = new SignatureV4({
    service: 'codedeploy',
    region: 'us-east-1',
    credentials,
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname,
    path,
    query: {},
    headers: {
      host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'CodeDeploy_20141006.ListApplications',
      ...headers,
    },
    body,
  });
  return new Promise((resolve, reject) => {
    const options = {
      host: hostname,
      port,
      path,
      method,
      headers: { ...signed.headers, ...replaced },
      ...(signal && { signal }),
    };
    request(options, resolve).once('error', reject).end(sentBody);
  });
}
