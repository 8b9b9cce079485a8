import { UTCTime, fromBER } from 'asn1js';
import { webcrypto } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import { ContentInfo, CryptoEngine, SignedData, setEngine } from 'pkijs';
import { deploymentExecution } from '../core/hosts/deployment-execution.ts';
import { specificationShape } from '../core/hosts/specification.ts';
import type { ReadSpecification } from '../core/hosts/specification.ts';
import { EventFailure } from './event-failure.ts';

// The types of the library are those of browsers, whose crypto Node has as well.
const browserCrypto = webcrypto as never;
setEngine('node', new CryptoEngine({ name: 'node', crypto: browserCrypto }));

const FORMAT = 'PKCS7/JSON';

export interface Expected {
  /** The certificate that this host has pinned. */
  readonly pinned: X509Certificate;
  /** What the specification was asked for by. */
  readonly deploymentExecutionId: string;
  /** Milliseconds since 1970, by the clock of this host. */
  readonly now: number;
}

/**
 * What the service wants done, once it is sure that it is the service that wants it, of this command and now: signed with the
 * certificate that this host has pinned, for the deployment that was asked about, a short time ago. Throws EventFailure for anything else.
 */
export async function verifiedSpecification(
  { Format, Payload }: { readonly Format: string; readonly Payload: string },
  { pinned, deploymentExecutionId, now }: Expected,
): Promise<ReadSpecification> {
  if (Format !== FORMAT) throw refused(`its format is ${Format}, and only ${FORMAT} is signed`);
  const signed = signedDataOf(Payload);
  const content = await contentOf(signed, pinned);
  checkSigningTime(signed, now);
  const read = specificationShape.safeParse(jsonOf(content));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw refused(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'cannot be read'}`.trim());
  }
  const { DeploymentId } = read.data;
  if (deploymentExecution(deploymentExecutionId)?.deploymentId === DeploymentId) return read.data;
  throw refused(`it is of the deployment ${DeploymentId}, and the command is not`);
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

/**
 * What was signed once must not be good for ever. The service signs anew every half hour, and what is left is for the clock of
 * the host; AWS itself takes no call of a host whose clock is wrong by more than 15 minutes.
 */
const MOST_MILLISECONDS_APART = 60 * 60 * 1000;

const SIGNING_TIME = '1.2.840.113549.1.9.5';

/** It is among what is signed. */
function checkSigningTime(signed: SignedData, now: number): void {
  const attributes = signed.signerInfos[0]?.signedAttrs?.attributes ?? [];
  const values = attributes
    .filter(({ type }) => type === SIGNING_TIME)
    .flatMap(({ values }) => values as unknown[]);
  const [value] = values;
  if (!(value instanceof UTCTime) || values.length > 1) throw refused('it does not say when it was signed');
  const signedAt = value.toDate();
  if (Math.abs(now - signedAt.getTime()) <= MOST_MILLISECONDS_APART) return;
  throw refused(
    `it was signed at ${signedAt.toISOString()}, and the clock of this host says ${new Date(now).toISOString()}. Set the clock if it is wrong`,
  );
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
