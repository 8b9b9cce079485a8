import { execFile } from 'node:child_process';
import { createHash, createPublicKey, createSign, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pem, signedAttributes, signedData } from '../../../core/hosts/envelope.ts';
import { certificateOf, certificateToSign } from '../../../core/hosts/signing-certificate.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const spki = publicKey.export({ type: 'spki', format: 'der' });
const key = { publicKey: spki, publicKeyDigest: sha256(spki) };
const certificate = certificateOf(key, signed(certificateToSign(key)));
const content = Buffer.from(
  JSON.stringify({ DeploymentId: 'd-ABC', ApplicationName: 'Käse\n', Text: 'x'.repeat(70_000) }),
);
const attributes = signedAttributes(sha256(content), '2026-11-25T08:00:00.123Z');
const message = signedData({ content, attributes, signature: signed(attributes), key, certificate });

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function signed(bytes: Uint8Array): Buffer {
  return createSign('sha256').update(bytes).sign(privateKey);
}

function armoured(label: 'PKCS7' | 'CERTIFICATE', der: Uint8Array): string {
  return pem(label, Buffer.from(der).toString('base64'));
}

describe('the certificate', () => {
  const read = new X509Certificate(certificate);

  test('is signed with its own key', () => {
    expect(read.verify(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })))).toBe(true);
    expect(read.subject).toBe('CN=Sluice deployment specifications');
    expect(read.issuer).toBe(read.subject);
  });

  test('holds for long', () => {
    expect(read.validTo).toBe('Dec 31 23:59:59 2049 GMT');
  });

  test('is the same whenever it is made, so that it can be pinned', () => {
    expect(certificateOf(key, signed(certificateToSign(key)))).toEqual(certificate);
  });
});

describe('the envelope', () => {
  function parsed(der: Uint8Array): pkijs.SignedData {
    const contentInfo = pkijs.ContentInfo.fromBER(new Uint8Array(der));
    expect(contentInfo.contentType).toBe(pkijs.ContentInfo.SIGNED_DATA);
    return new pkijs.SignedData({ schema: contentInfo.content as asn1js.Sequence });
  }

  const verified = async (der: Uint8Array) =>
    parsed(der)
      .verify({ signer: 0, checkChain: false, extendedMode: true })
      .then(({ signatureVerified }) => signatureVerified === true)
      .catch(() => false);

  test('holds the content as it was, and one signer whose certificate is inside', async () => {
    const data = parsed(message);
    expect(data.version).toBe(1);
    expect(data.signerInfos).toHaveLength(1);
    expect(data.certificates).toHaveLength(1);
    expect(Buffer.from(data.encapContentInfo.eContent?.valueBlock.valueHexView ?? []).equals(content)).toBe(
      true,
    );
    expect(await verified(message)).toBe(true);
  });

  test('is no longer good when a byte of the content, of the attributes or of the signature is another', async () => {
    const places = [content, attributes.subarray(4), signed(attributes)];
    for (const part of places) {
      const forged = Buffer.from(message);
      const at = forged.indexOf(part) + part.length - 3;
      forged[at] = (forged[at] ?? 0) ^ 1;
      expect(await verified(forged)).toBe(false);
    }
  });

  test('is armoured as PKCS7, in lines of 64', () => {
    const lines = armoured('PKCS7', message).trimEnd().split('\n');
    expect([lines[0], lines.at(-1)]).toEqual(['-----BEGIN PKCS7-----', '-----END PKCS7-----']);
    expect(new Set(lines.slice(1, -2).map(({ length }) => length))).toEqual(new Set([64]));
  });
});

const run = promisify(execFile);
const hasOpenssl = await run('openssl', ['version']).then(
  () => true,
  () => false,
);

describe.skipIf(!hasOpenssl)('with openssl', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'envelope-'));
    writeFileSync(join(folder, 'certificate.pem'), armoured('CERTIFICATE', certificate));
    writeFileSync(join(folder, 'message.pem'), armoured('PKCS7', message));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(['smime', 'cms'])('%s verifies it against the certificate alone', async (tool) => {
    const files = {
      message: join(folder, 'message.pem'),
      pin: join(folder, 'certificate.pem'),
      out: join(folder, tool),
    };
    const forms = ['-verify', '-inform', 'PEM', '-in', files.message, '-CAfile', files.pin];
    await run('openssl', [tool, ...forms, '-purpose', 'any', '-binary', '-out', files.out]);
    expect(readFileSync(files.out).equals(content)).toBe(true);
  });
});
