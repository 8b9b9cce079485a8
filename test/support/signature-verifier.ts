import { createHash, createHmac } from 'node:crypto';

/** A request as it arrived, byte for byte; names of headers in lower case. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** What the front door of an installation expects of its caller. */
export interface ExpectedSignature {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
  readonly service: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Why a signature of version 4 is refused, undefined where it is accepted. Written from AWS' description of the
 * algorithm, with none of the SDK's code, so that what it accepts is what AWS accepts: one service, one region, the hash
 * of the very body, the host and every x-amz header signed, and five minutes between the clocks.
 */
export function signatureFault(request: ReceivedRequest, expected: ExpectedSignature): string | undefined {
  const { headers } = request;
  const parts = AUTHORIZATION.exec(headers['authorization'] ?? '')?.groups;
  if (parts === undefined) return 'there is no authorization of version 4';
  const { key, day = '', region = '', service = '', signed = '', signature } = parts;
  if (key !== expected.accessKeyId) return `it is signed with the key ${key}`;
  if (service !== expected.service) return `it is signed for ${service}`;
  if (region !== expected.region) return `it is signed for the region ${region}`;
  const time = headers['x-amz-date'] ?? '';
  if (!time.startsWith(day) || !(Math.abs(expected.now - epochOf(time)) <= FIVE_MINUTES_MILLISECONDS)) {
    return `it is signed at ${time}, which is not now`;
  }
  if (headers['x-amz-security-token'] !== expected.sessionToken) return 'its session token is another';
  const names = signed.split(';');
  const mustBeSigned = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  const unsigned = mustBeSigned.filter((name) => !names.includes(name));
  if (unsigned.length > 0) return `${unsigned.join(' and ')} is not signed`;
  const hash = sha256(request.body);
  if ((headers['x-amz-content-sha256'] ?? hash) !== hash) return 'its body is another than its hash says';
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical(request, names, hash))].join('\n');
  const signingKey = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${expected.secretAccessKey}`),
  );
  return hmac(signingKey, toSign).toString('hex') === signature ? undefined : 'the signature is wrong';
}

const FIVE_MINUTES_MILLISECONDS = 5 * 60 * 1000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<key>[^/]+)\/(?<day>\d{8})\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request, ?SignedHeaders=(?<signed>[^,]+), ?Signature=(?<signature>[0-9a-f]{64})$/;

function canonical(
  { method, url, headers }: ReceivedRequest,
  names: readonly string[],
  hash: string,
): string {
  const [path = '', query = ''] = url.split('?');
  return [
    method,
    // Encoded once on the wire and once more in the signature, by every service but S3.
    path.split('/').map(encoded).join('/'),
    query.split('&').sort().join('&'),
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    hash,
  ].join('\n');
}

function encoded(segment: string): string {
  return encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** 20150830T123600Z */
function epochOf(time: string): number {
  return Date.parse(time.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: Uint8Array, content: string): Buffer {
  return createHmac('sha256', key).update(content).digest();
}
