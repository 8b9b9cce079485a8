import type { SpecificationCertificate } from '../adapters/specification-signer.ts';
import { lambdaSpecificationCertificate } from '../adapters/specification-signer.ts';
import { environmentOf } from '../runtime/environment.ts';
import { handlerOf } from '../runtime/handler.ts';

/**
 * The signer's certificate, and nothing else of it: whoever may call the signer itself has what it signs, which may hold
 * a token for GitHub. So those who let hosts in, and tell them what to check by, call this function instead.
 */
export function certificate(
  ofSigner: SpecificationCertificate,
): () => Promise<{ readonly certificate: string }> {
  return async () => ({ certificate: await ofSigner() });
}

export const handler = handlerOf('hosts/certificate', (variables) => {
  const environment = environmentOf('hosts/certificate', variables);
  return certificate(lambdaSpecificationCertificate(environment.SIGN_FUNCTION_NAME));
});
