import { expect, it } from 'vitest';
import { lambdaSpecificationSigner } from '../../../functions/adapters/specification-signer.ts';
import { isOverload } from '../../../functions/hosts/host-message.ts';
import { insteadOfAws } from '../../support/instead-of-aws.ts';

it('a signer that takes too long counts as throttled, so that the agent asks again', async () => {
  const refusal: unknown = await insteadOfAws(
    () => undefined,
    () =>
      lambdaSpecificationSigner('sign', 100)
        .envelope({ deploymentId: 'd-1', isForPrevious: false })
        .catch((error: unknown) => error),
  );
  expect(isOverload(refusal)).toBe(true);
});
