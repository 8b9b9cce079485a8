import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { clientDefaults } from './aws-clients.ts';

/** The function that alone may use the key that signs specifications. It says itself what it signs. */
export interface SpecificationSigner {
  readonly envelope: (deploymentId: string) => Promise<SignedSpecification>;
  /** The certificate that a host may pin, as PEM. */
  readonly certificate: () => Promise<string>;
}

export const signedSpecificationShape = z.discriminatedUnion('status', [
  /** The message in its armour. */
  z.object({ status: z.literal('signed'), payload: z.string() }),
  /** It cannot be made as things are; the message says why. */
  z.object({ status: z.literal('refused'), message: z.string() }),
  z.object({ status: z.literal('throttled'), message: z.string() }),
]);
export type SignedSpecification = z.infer<typeof signedSpecificationShape>;

export const certificateShape = z.object({ certificate: z.string() });

export function lambdaSpecificationSigner(functionName: string): SpecificationSigner {
  const client = new LambdaClient(clientDefaults);
  const asked = async (event: object): Promise<unknown> => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) }),
    );
    const text = Payload?.transformToString() ?? '';
    if (FunctionError !== undefined) throw new Error(`the signer failed: ${text}`);
    return JSON.parse(text);
  };
  return {
    envelope: async (deploymentId) => signedSpecificationShape.parse(await asked({ deploymentId })),
    certificate: async () => certificateShape.parse(await asked({})).certificate,
  };
}
