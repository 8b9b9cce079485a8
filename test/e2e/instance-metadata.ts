import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Credentials } from './iam-users.ts';

/** The metadata service of an instance, of which version 2 alone is on, with the keys of a session of its role. */
export async function instanceMetadata(keys: Credentials) {
  const role = 'the-role-of-the-instance';
  const answers: Readonly<Record<string, string>> = {
    'iam/security-credentials/': role,
    [`iam/security-credentials/${role}`]: JSON.stringify({
      Code: 'Success',
      LastUpdated: new Date().toISOString(),
      Type: 'AWS-HMAC',
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey,
      Token: keys.sessionToken,
      Expiration: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  };
  const token = 'a token of version 2';
  const server = createServer(({ method, url = '', headers }, response) => {
    if (method === 'PUT' && url === '/latest/api/token' && headers['x-aws-ec2-metadata-token-ttl-seconds']) {
      response.end(token);
      return;
    }
    const answer = answers[url.replace('/latest/meta-data/', '')];
    const isAllowed = method === 'GET' && headers['x-aws-ec2-metadata-token'] === token;
    response.statusCode = isAllowed ? (answer === undefined ? 404 : 200) : 401;
    response.end(isAllowed ? answer : '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
