import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { clientDefaults } from './aws-clients.ts';

/** A key of RSA that never leaves KMS. */
export interface SigningKeyPort {
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: () => Promise<Uint8Array>;
  /** RSASSA-PKCS1-v1.5 with SHA-256; KMS takes 4,096 bytes. */
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
}

export function kmsSigningKey(keyId: string): SigningKeyPort {
  const client = new KMSClient(clientDefaults);
  return {
    publicKey: async () => {
      const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
      return PublicKey ?? new Uint8Array();
    },
    sign: async (bytes) => {
      const { Signature } = await client.send(
        new SignCommand({
          KeyId: keyId,
          Message: bytes,
          MessageType: 'RAW',
          SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
        }),
      );
      return Signature ?? new Uint8Array();
    },
  };
}
