import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { clientDefaults } from './aws-clients.ts';

/** The function that alone may use the key that signs specifications. It says itself what it signs. */
export interface SpecificationSigner {
  readonly envelope: (asked: AskedSpecification) => Promise<SignedSpecification>;
}

export const askedSpecificationShape = z.object({
  deploymentId: z.string().min(1),
  /** For an event whose scripts are those of the revision before: its AppSpec may have another name. */
  isForPrevious: z.boolean().default(false),
  /** The deployment that installed that one on the host; where nobody knows, it is the group's last good one. */
  installedBy: z.string().min(1).optional(),
});
export type AskedSpecification = z.infer<typeof askedSpecificationShape>;

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

/** @param patience how long one specification may take, in milliseconds; then it counts as throttled. */
export function lambdaSpecificationSigner(
  functionName: string,
  patience: number = PATIENCE_MILLISECONDS,
): SpecificationSigner {
  const asked = askedOf(functionName, patience);
  return {
    envelope: async (specification) => signedSpecificationShape.parse(await asked(specification)),
  };
}

/** From the signer, or from the function that has nothing but its certificate. */
export function lambdaSpecificationCertificate(functionName: string): SpecificationCertificate {
  const asked = askedOf(functionName);
  return async () => certificateShape.parse(await asked({})).certificate;
}

/** With the time in which a call of an agent is begun again, it is within the 29 s of the function that asks. */
const PATIENCE_MILLISECONDS = 12_000;

function askedOf(
  functionName: string,
  patience = PATIENCE_MILLISECONDS,
): (event: object) => Promise<unknown> {
  const client = new LambdaClient(clientDefaults);
  return async (event) => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) }),
      { abortSignal: AbortSignal.timeout(patience) },
    );
    const text = Payload?.transformToString() ?? '';
    if (FunctionError !== undefined) throw new Error(`${functionName} failed: ${text}`);
    return JSON.parse(text);
  };
}
