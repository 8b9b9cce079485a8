import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { type ClientRequest, newClientKey, signatureFault } from '../../cli/client-key.ts';

const key = newClientKey((size) => Buffer.alloc(size, 7));
const NOW = Date.parse('2026-11-02T10:00:00Z');

interface Signing {
  readonly at?: number;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly headers?: Readonly<Record<string, string>>;
  readonly unsignableHeaders?: Set<string>;
}

async function signed({ at = NOW, credentials = key, headers = {}, ...options }: Signing = {}) {
  const signer = new SignatureV4({
    service: 'codedeploy',
    region: 'us-east-1',
    credentials,
    sha256: Sha256,
    applyChecksum: false,
  });
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: '/',
    query: {},
    headers: { host: '127.0.0.1:8014', 'x-amz-target': 'CodeDeploy_20141006.ListApplications', ...headers },
    body: Buffer.from('{}'),
  };
  const { headers: withSignature } = await signer.sign(request, { signingDate: new Date(at), ...options });
  return { ...request, headers: withSignature } satisfies ClientRequest;
}

/** The code alone, without its "Exception". */
async function faultOf(signing: Signing, change: (request: ClientRequest) => object = () => ({})) {
  const request = await signed(signing);
  const fault = await signatureFault({ ...request, ...change(request) }, key, NOW);
  return fault?.code.replace(/Exception$/, '');
}

const replacing =
  (replaced: Readonly<Record<string, string>>) =>
  ({ headers }: ClientRequest) => ({ headers: { ...headers, ...replaced } });

describe('a request', () => {
  it.each<[string, Signing]>([
    ['now', {}],
    ['four minutes ago', { at: NOW - 240_000 }],
    ['four minutes from now', { at: NOW + 240_000 }],
    ['with the hash of its body', { headers: { 'x-amz-content-sha256': sha256OfBraces() } }],
    ['with more headers, spaces in them', { headers: { 'amz-sdk-request': 'attempt=1;  max=3' } }],
  ])('that was signed with the key is accepted: %s', async (_, signing) => {
    expect(await faultOf(signing)).toBeUndefined();
  });

  it.each<[string, string, Signing, ((request: ClientRequest) => object)?]>([
    ['another secret', 'InvalidSignature', { credentials: { ...key, secretAccessKey: 'a guess' } }],
    ['another key', 'UnrecognizedClient', { credentials: { ...key, accessKeyId: 'AKIAOTHER' } }],
    ['no signature', 'MissingAuthenticationToken', {}, replacing({ authorization: '' })],
    ['another kind of one', 'MissingAuthenticationToken', {}, replacing({ authorization: 'Bearer x' })],
    ['another body than was signed', 'InvalidSignature', {}, () => ({ body: Buffer.from('{"a":1}') })],
    [
      'a body that is said not to be signed',
      'InvalidSignature',
      { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
    ],
    [
      'another body than its own hash says',
      'InvalidSignature',
      { headers: { 'x-amz-content-sha256': sha256OfBraces() } },
      () => ({ body: Buffer.from('{"a":1}') }),
    ],
    [
      'another operation than was signed',
      'InvalidSignature',
      {},
      replacing({ 'x-amz-target': 'CodeDeploy_20141006.StopDeployment' }),
    ],
    [
      'an operation that was not signed',
      'InvalidSignature',
      { unsignableHeaders: new Set(['x-amz-target']) },
    ],
    ['another path than was signed', 'InvalidSignature', {}, () => ({ path: '/read' })],
    ['another host than was signed', 'InvalidSignature', {}, replacing({ host: 'localhost' })],
    ['a signature of six minutes ago', 'InvalidSignature', { at: NOW - 360_000 }],
    ['a signature of a later time', 'InvalidSignature', { at: NOW + 360_000 }],
    [
      'another time than was signed',
      'InvalidSignature',
      { at: NOW - 360_000 },
      replacing({ 'x-amz-date': '20261102T100000Z' }),
    ],
    ['a time that is none', 'InvalidSignature', {}, replacing({ 'x-amz-date': 'now' })],
  ])('is refused for %s: %sException', async (_, code, signing, change) => {
    expect(await faultOf(signing, change)).toBe(code);
  });
});

function sha256OfBraces(): string {
  return '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
}
