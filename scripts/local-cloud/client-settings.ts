import type { LocalJson } from './local-json.ts';

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: LocalJson['credentials'];
}

/** For a client, as the local cloud's administrator, of any service but CodeDeploy, which is Sluice's own endpoint. */
export function clientSettings({ cloudEndpoint, region, credentials }: LocalJson): ClientSettings {
  // A client writes into the credentials that it is given.
  return { endpoint: cloudEndpoint, region, credentials: { ...credentials } };
}
