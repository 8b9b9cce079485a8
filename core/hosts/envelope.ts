import type { Der, IsoTime } from './der.ts';
import {
  explicit,
  implicit,
  integer,
  nothing,
  objectIdentifier,
  octets,
  sequence,
  setOf,
  time,
} from './der.ts';
import type { SigningKey } from './signing-certificate.ts';
import { issuerAndSerialNumber } from './signing-certificate.ts';

/**
 * A signed message in the one form that the agents of every make accept: PKCS#7 SignedData of version 1 with one signer, SHA-256,
 * RSA, content and certificate inside, signed attributes, and definite lengths throughout.
 */
export const ENVELOPE_FORMAT = 'PKCS7/JSON';

/** What the key has to sign: content type, time and digest of the content. */
export function signedAttributes(contentDigest: Uint8Array, signedAt: IsoTime): Der {
  return setOf(
    attribute('1.2.840.113549.1.9.3', DATA),
    attribute('1.2.840.113549.1.9.5', time(signedAt)),
    attribute('1.2.840.113549.1.9.4', octets(contentDigest)),
  );
}

export interface SignedContent {
  readonly content: Uint8Array;
  readonly attributes: Der;
  /** RSASSA-PKCS1-v1.5 with SHA-256 over `attributes`. */
  readonly signature: Uint8Array;
  readonly key: SigningKey;
  readonly certificate: Uint8Array;
}

export function signedData({ content, attributes, signature, key, certificate }: SignedContent): Der {
  const signer = sequence(
    integer(1),
    issuerAndSerialNumber(key),
    SHA256,
    // The same bytes as were signed, but for their tag.
    implicit(0, attributes),
    sequence(objectIdentifier('1.2.840.113549.1.1.1'), nothing),
    octets(signature),
  );
  return sequence(
    objectIdentifier('1.2.840.113549.1.7.2'),
    explicit(
      0,
      sequence(
        integer(1),
        setOf(SHA256),
        sequence(DATA, explicit(0, octets(content))),
        explicit(0, certificate),
        setOf(signer),
      ),
    ),
  );
}

const DATA = objectIdentifier('1.2.840.113549.1.7.1');

const SHA256 = sequence(objectIdentifier('2.16.840.1.101.3.4.2.1'), nothing);

function attribute(type: string, value: Der): Der {
  return sequence(objectIdentifier(type), setOf(value));
}

/** `base64` in lines of 64 characters between the marks; the Ruby agent takes no other label of a message than PKCS7. */
export function pem(label: 'PKCS7' | 'CERTIFICATE', base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
