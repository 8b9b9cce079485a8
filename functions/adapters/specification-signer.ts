import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { clientDefaults } from './aws-clients.ts';

/** The function that alone may use the key that signs specifications. It says itself what it signs. */
export interface SpecificationSigner {
  /** `isForPrevious`: for scripts of the revision that is on the host from before. */
  readonly envelope: (deploymentId: string, isForPrevious: boolean) => Promise<SignedSpecification>;
}

/** The certificate that a host may pin, as PEM. */
export type SpecificationCertificate = () => Promise<string>;

export const signedSpecificationShape = z.discriminatedUnion('status', [
  /** The message in its armour. */
  z.object({ status: z.literal('signed'), payload: z.string() }),
  /** It cannot be made as things are; the message says why. */
  z.object({ status: z.literal('refused'), message: z.string() }),
  z.object({ status: z.literal('throttled'), message: z.string() }),
]);
export type SignedSpecification = z.infer<typeof signedSpecificationShape>;

const certificateShape = z.object({ certificate: z.string() });

export function lambdaSpecificationSigner(functionName: string): SpecificationSigner {
  const asked = askedOf(functionName);
  return {
    envelope: async (deploymentId, isForPrevious) =>
      signedSpecificationShape.parse(await asked({ deploymentId, isForPrevious })),
  };
}

/** From the signer, or from the function that has nothing but its certificate. */
export function lambdaSpecificationCertificate(functionName: string): SpecificationCertificate {
  const asked = askedOf(functionName);
  return async () => certificateShape.parse(await asked({})).certificate;
}

function askedOf(functionName: string): (event: object) => Promise<unknown> {
  const client = new LambdaClient(clientDefaults);
  return async (event) => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) }),
    );
    const text = Payload?.transformToString() ?? '';
    if (FunctionError !== undefined) throw new Error(`${functionName} failed: ${text}`);
    return JSON.parse(text);
  };
}
