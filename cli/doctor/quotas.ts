import type { Check } from './examination.ts';
import { green, yellow } from './finding.ts';

/** Lambda itself keeps so many free for functions without a number of their own, where the account has them at all. */
const UNRESERVED_BY_LAMBDA = 100;

/**
 * Functions without reserved concurrency, the tasks of the workflows among them, share what nobody has reserved. A
 * shift that finds no room comes later and does not fail, so that this is never more than a warning.
 */
export const quotasCheck: Check = {
  name: 'quotas',
  action: 'lambda:GetAccountSettings',
  look: async ({ account }) => {
    const { limit, unreserved } = await account.functions.concurrency();
    const words = `the functions of this account may take ${limit} calls at once, ${unreserved} of them unreserved`;
    if (unreserved >= UNRESERVED_BY_LAMBDA) return [green(words)];
    return [
      yellow(
        `${words}: many deployments at once delay each other`,
        'Ask for more: aws service-quotas request-service-quota-increase --service-code lambda ' +
          '--quota-code L-B99A9384 --desired-value 1000',
      ),
    ];
  },
};
