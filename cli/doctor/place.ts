import type { Identity } from '../account/identity.ts';
import type { Check } from './examination.ts';
import { green } from './finding.ts';

/** First of all: what these lines are about. */
export const placeCheck: Check = {
  name: 'installation',
  action: 'sts:GetCallerIdentity',
  look: async ({ identity, account }) => {
    const { accountId, region, host } = identity;
    const where = `the stack ${account.stack.name} in the account ${accountId}, ${region}`;
    return [green(isEmulated(identity) ? `emulated: ${where}, on ${host}` : `real: ${where} of AWS`)];
  },
};

/** Whoever answers under another domain than those of AWS is none of it. */
export function isEmulated({ host }: Pick<Identity, 'host'>): boolean {
  return !AWS_DOMAINS.some((domain) => host.endsWith(domain));
}

const AWS_DOMAINS = ['.amazonaws.com', '.amazonaws.com.cn', '.amazonaws.eu', '.api.aws', '.gov'];
