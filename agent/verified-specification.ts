import { fromBER } from 'asn1js';
import { webcrypto } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import { ContentInfo, CryptoEngine, SignedData, setEngine } from 'pkijs';
import { specificationShape } from '../core/hosts/specification.ts';
import type { ReadSpecification } from '../core/hosts/specification.ts';
import { EventFailure } from './event-failure.ts';

// The types of the library are those of browsers, whose crypto Node has as well.
const browserCrypto = webcrypto as never;
setEngine('node', new CryptoEngine({ name: 'node', crypto: browserCrypto }));

const FORMAT = 'PKCS7/JSON';

/**
 * What the service wants done, once it is sure that it is the service that wants it: signed with the certificate that this
 * host has pinned. Throws EventFailure for anything else.
 */
export async function verifiedSpecification(
  { Format, Payload }: { readonly Format: string; readonly Payload: string },
  pinned: X509Certificate,
): Promise<ReadSpecification> {
  if (Format !== FORMAT) throw refused(`its format is ${Format}, and only ${FORMAT} is signed`);
  const content = await contentOf(signedDataOf(Payload), pinned);
  const read = specificationShape.safeParse(jsonOf(content));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw refused(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'cannot be read'}`.trim());
}

function signedDataOf(pem: string): SignedData {
  const body = /-----BEGIN PKCS7-----(?<body>[A-Za-z0-9+/=\s]+)-----END PKCS7-----/.exec(pem)?.groups?.[
    'body'
  ];
  if (body === undefined) throw refused('it is no PKCS7 message');
  try {
    const { result } = fromBER(new Uint8Array(Buffer.from(body, 'base64')));
    const info = new ContentInfo({ schema: result });
    return new SignedData({ schema: info.content });
  } catch {
    throw refused('it is no PKCS7 message');
  }
}

async function contentOf(signed: SignedData, pinned: X509Certificate): Promise<string> {
  const [certificate] = signed.certificates ?? [];
  const bytes = certificate === undefined ? undefined : Buffer.from(certificate.toSchema().toBER());
  if (signed.certificates?.length !== 1 || bytes === undefined || !bytes.equals(pinned.raw)) {
    throw refused('it is signed with another certificate than the one that this host has pinned');
  }
  const isGood = await signed.verify({ signer: 0, checkChain: false }).catch(() => false);
  if (!isGood) throw refused('its signature does not fit its content');
  const content = signed.encapContentInfo.eContent?.getValue();
  if (content === undefined) throw refused('it holds nothing');
  return Buffer.from(content).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refused('it is no JSON');
  }
}

function refused(why: string): EventFailure {
  return new EventFailure('UnknownError', `The specification of the deployment was refused: ${why}.`);
}
