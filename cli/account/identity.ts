import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';

/** Who answers for AWS. */
export interface Identity {
  readonly accountId: string;
  readonly region: string;
  /** The host that answered; STS of AWS itself, or an emulator. */
  readonly host: string;
  /** The time of that host's clock, by its answer; a second exact. */
  readonly date?: Date;
}

/** GetCallerIdentity is permitted to everybody. */
export function stsIdentity(client: Target['client']): () => Promise<Identity> {
  const sts = new STSClient({ ...clientDefaults, ...client });
  let host = '';
  let date: Date | undefined;
  sts.middlewareStack.add(
    (next) => async (args) => {
      const { request } = args as { readonly request: { readonly hostname?: string } };
      const result = await next(args);
      const { headers } = result.response as { readonly headers: Readonly<Record<string, string>> };
      host = request.hostname ?? '';
      date = headers['date'] === undefined ? undefined : new Date(headers['date']);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  return async () => {
    const { Account = '' } = await sts.send(new GetCallerIdentityCommand({}));
    const region = await sts.config.region();
    return { accountId: Account, region, host, ...(date && { date }) };
  };
}
