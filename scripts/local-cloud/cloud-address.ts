import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { messageOf } from '../message.ts';

/** An emulator and the means to talk to it as its administrator. */
export interface CloudAddress {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Emulators take this key as the administrator's, and AWS takes it for nothing: whatever the endpoint turns out to be,
 * no command of ours can change a real account.
 */
const credentials = Object.freeze({ accessKeyId: 'test', secretAccessKey: 'test' });
const region = 'us-east-1';

/** Asks the emulator which account it is. Throws where nothing answers there. */
export async function cloudAt(endpoint: string): Promise<CloudAddress> {
  const client = new STSClient(clientSettings({ endpoint, region, credentials }));
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand());
    if (Account === undefined) {
      throw new Error('it does not know its account');
    }
    return { endpoint, region, accountId: Account, credentials };
  } catch (error) {
    const advice =
      process.env['AWS_ENDPOINT_URL'] === undefined
        ? ''
        : ' AWS_ENDPOINT_URL is set: unset it to start a cloud of our own.';
    throw new Error(`No cloud answers at ${endpoint}: ${messageOf(error)}.${advice}`, { cause: error });
  } finally {
    client.destroy();
  }
}

/** How a client of the SDK talks to it. The SDK writes into the credentials that it is given, so they are copied. */
export function clientSettings(cloud: Pick<CloudAddress, 'endpoint' | 'region' | 'credentials'>) {
  return { endpoint: cloud.endpoint, region: cloud.region, credentials: { ...cloud.credentials } };
}

/**
 * The environment of a child that may talk to this cloud and to nothing else: profiles, keys, endpoints and proxies of
 * the person who started us are left out.
 */
export function environmentFor(cloud: CloudAddress | undefined, temporary: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(AWS|CDK)_|_proxy$/i.test(entry[0]),
  );
  return {
    ...Object.fromEntries(inherited),
    TMPDIR: temporary,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    // The SDK warns of Node 20 in every process.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...(cloud === undefined ? {} : addressVariables(cloud)),
  };
}

function addressVariables(cloud: CloudAddress): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
  };
}
