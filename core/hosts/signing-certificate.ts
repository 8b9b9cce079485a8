import type { Der } from './der.ts';
import {
  bits,
  explicit,
  integer,
  nothing,
  objectIdentifier,
  octets,
  sequence,
  setOf,
  time,
  utf8,
  yes,
} from './der.ts';

/**
 * The certificate of the key that signs specifications, signed with the key itself. Nothing in it is drawn or read off a
 * clock, and neither is the signature of RSA's first scheme: it is the same whenever it is made of the same key, so that
 * a host may pin it, and so that it need not be kept anywhere.
 */
export interface SigningKey {
  /** SubjectPublicKeyInfo, as KMS gives it. */
  readonly publicKey: Uint8Array;
  /** SHA-256 of `publicKey`. */
  readonly publicKeyDigest: Uint8Array;
}

/** What the key has to sign: the answer goes into `certificateOf`. */
export function certificateToSign({ publicKey, publicKeyDigest }: SigningKey): Der {
  return sequence(
    explicit(0, integer(2)),
    serialNumber(publicKeyDigest),
    SHA256_WITH_RSA,
    NAME,
    sequence(time(NOT_BEFORE), time(NOT_AFTER)),
    NAME,
    publicKey,
    explicit(3, sequence(sequence(objectIdentifier('2.5.29.15'), yes, octets(DIGITAL_SIGNATURE)))),
  );
}

/** `signature` is RSASSA-PKCS1-v1.5 with SHA-256 over `certificateToSign`. */
export function certificateOf(key: SigningKey, signature: Uint8Array): Der {
  return sequence(certificateToSign(key), SHA256_WITH_RSA, bits(signature));
}

/** By which an envelope says whose certificate it means. */
export function issuerAndSerialNumber({ publicKeyDigest }: SigningKey): Der {
  return sequence(NAME, serialNumber(publicKeyDigest));
}

/** As long as clients take without question: 16 bytes. */
function serialNumber(publicKeyDigest: Uint8Array): Der {
  return integer(...publicKeyDigest.slice(0, 16));
}

const SHA256_WITH_RSA = sequence(objectIdentifier('1.2.840.113549.1.1.11'), nothing);

const NAME = sequence(setOf(sequence(objectIdentifier('2.5.4.3'), utf8('Sluice deployment specifications'))));

/** The bit string whose first bit is set: the key signs, and does nothing else. */
const DIGITAL_SIGNATURE = bits(new Uint8Array([0x80]), 7);

/** Before there was any key of ours, and long after; the last year that every agent reads in the short form. */
const NOT_BEFORE = '2026-01-01T00:00:00';
const NOT_AFTER = '2049-12-31T23:59:59';
