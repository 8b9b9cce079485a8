import { timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

/** A key pair that AWS does not know: it opens one proxy, for as long as that runs. */
export interface ClientKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** As long as those of IAM: 20 and 40 characters. */
export function newClientKey(randomBytes: (size: number) => Buffer): ClientKey {
  return {
    accessKeyId: `SLUICE${randomBytes(7).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
}

/** What a signature is checked against; names of headers in lower case. */
export interface ClientRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** By the names that AWS gives to them, which clients know. */
export interface SignatureFault {
  readonly code:
    | 'MissingAuthenticationTokenException'
    | 'UnrecognizedClientException'
    | 'InvalidSignatureException';
  readonly message: string;
}

/**
 * Why a request is not signed with this key, undefined where it is. Clients sign for the service and the region that they
 * believe to speak to; the key alone counts here. `now` is in epoch milliseconds.
 */
export async function signatureFault(
  request: ClientRequest,
  key: ClientKey,
  now: number,
): Promise<SignatureFault | undefined> {
  const { headers } = request;
  const parts = AUTHORIZATION.exec(headers['authorization'] ?? '')?.groups;
  if (parts === undefined) {
    return { code: 'MissingAuthenticationTokenException', message: 'The request is not signed.' };
  }
  const { accessKeyId, region = '', service = '', names = '', signature = '' } = parts;
  if (accessKeyId !== key.accessKeyId) {
    return {
      code: 'UnrecognizedClientException',
      message: 'The request is signed with another key than the one that this proxy has printed.',
    };
  }
  const signed = names.split(';');
  const signedAt = epochOf(headers['x-amz-date'] ?? '');
  const isRecent = Math.abs(now - signedAt) <= SIGNATURE_LASTS_MILLISECONDS;
  const isCovered = Object.keys(headers).every(
    (name) => signed.includes(name) || !(name === 'host' || name.startsWith('x-amz-')),
  );
  if (isRecent && isCovered) {
    const expected = await signatureOf(request, { key, region, service, signed, signedAt });
    if (isSame(expected, signature)) return undefined;
  }
  return {
    code: 'InvalidSignatureException',
    message:
      'The signature is not that of this request, made with the secret key within the last five minutes.',
  };
}

interface Signing {
  readonly key: ClientKey;
  readonly region: string;
  readonly service: string;
  readonly signed: readonly string[];
  readonly signedAt: number;
}

async function signatureOf(
  { method, path, headers, body }: ClientRequest,
  { key, region, service, signed, signedAt }: Signing,
): Promise<string> {
  const own = Object.entries(headers).filter(([name]) => signed.includes(name) && name !== BODY_HASH);
  // The signer believes a hash that it finds, whatever the body is: what the client claims is left out and computed anew.
  const applyChecksum = signed.includes(BODY_HASH);
  const signer = new SignatureV4({ service, region, credentials: key, sha256: Sha256, applyChecksum });
  const again = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: headers['host'] ?? '',
      path,
      query: {},
      headers: Object.fromEntries(own),
      body,
    },
    { signingDate: new Date(signedAt), signableHeaders: new Set(signed) },
  );
  return again.headers['authorization']?.split('Signature=')[1] ?? '';
}

const BODY_HASH = 'x-amz-content-sha256';

/** As AWS allows, for clocks that differ. */
const SIGNATURE_LASTS_MILLISECONDS = 5 * 60 * 1000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=(?<accessKeyId>[^/,]+)\/\d{8}\/(?<region>[^/,]+)\/(?<service>[^/,]+)\/aws4_request, *SignedHeaders=(?<names>[^,]+), *Signature=(?<signature>[0-9a-f]{64})$/;

/** "20150830T123600Z"; not a number where it is none. */
function epochOf(time: string): number {
  const [, date, hours, minutes, seconds] = /^(\d{8})T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  if (date === undefined) return Number.NaN;
  return Date.parse(
    `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${hours}:${minutes}:${seconds}Z`,
  );
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
