import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { ENVELOPE_FORMAT, pem, signedAttributes, signedData } from '../../core/hosts/envelope.ts';
import type { SigningKey } from '../../core/hosts/signing-certificate.ts';
import { certificateOf, certificateToSign } from '../../core/hosts/signing-certificate.ts';

/** A key of a service, and what it signs. */
export interface Signer {
  /** To be pinned, in PEM form. */
  readonly certificate: string;
  readonly shown: { readonly key: SigningKey; readonly certificate: Uint8Array };
  readonly sign: (
    specification: object,
    signedAt?: Date,
  ) => { readonly Format: string; readonly Payload: string };
  /** Signed by this key over other content than the message holds. */
  readonly forge: (
    specification: object,
    signed: object,
  ) => { readonly Format: string; readonly Payload: string };
}

/** One that poses as another embeds the other's certificate, which is no secret, and signs with its own key. */
export function aSigner(posingAs?: Signer): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
  const signed = (bytes: Uint8Array): Buffer => createSign('sha256').update(bytes).sign(privateKey);
  const own = { publicKey: spki, publicKeyDigest: sha256(spki) };
  const { key, certificate } = posingAs?.shown ?? {
    key: own,
    certificate: certificateOf(own, signed(certificateToSign(own))),
  };
  const message = (held: object, digested: object, signedAt = new Date()) => {
    const content = Buffer.from(JSON.stringify(held));
    const digest = sha256(Buffer.from(JSON.stringify(digested)));
    const attributes = signedAttributes(digest, signedAt.toISOString());
    const der = signedData({ content, attributes, signature: signed(attributes), key, certificate });
    return { Format: ENVELOPE_FORMAT, Payload: pem('PKCS7', Buffer.from(der).toString('base64')) };
  };
  return {
    certificate: pem('CERTIFICATE', Buffer.from(certificate).toString('base64')),
    shown: { key, certificate },
    sign: (specification, signedAt) => message(specification, specification, signedAt),
    forge: (specification, signed) => message(specification, signed),
  };
}

/** Of a revision in S3, with what a test says otherwise. */
export function aSpecification(change: object = {}): object {
  return {
    DeploymentId: 'd-ABCDEFGHI',
    DeploymentGroupId: 'group-1',
    DeploymentGroupName: 'web-prod',
    ApplicationName: 'web',
    Revision: { RevisionType: 'S3', S3Revision: { Bucket: 'b', Key: 'k', BundleType: 'tgz', ETag: 'e' } },
    LastLifecycleEvent: 'ValidateService',
    ...change,
  };
}
