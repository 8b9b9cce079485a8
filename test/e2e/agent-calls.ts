import { RegisterOnPremisesInstanceCommand } from '@aws-sdk/client-codedeploy';
import { randomUUID } from 'node:crypto';
import { issuedHostAnswer } from '../../core/views/v1-hosts.ts';
import { codedeploy, local } from './cloud.ts';
import type { Credentials } from './iam-users.ts';
import { signedRequest } from './signed-request.ts';

export const OURS = 'sluice/0.1.0';
export const RUBY = 'OFFICIAL_1.8.1-30_deb';

/** As an agent asks: unsigned, at its endpoint as it is. */
export async function ask(endpoint: string, operation: string, body: object, agent = RUBY) {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `CodeDeployCommandService_v20141006.${operation}`,
      'x-amz-codedeploy-agent-version': agent,
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const admin = local.credentials;

export async function administer(path: string, body?: object, key: Credentials = admin): Promise<unknown> {
  const { status, text } = await signedRequest(path, key, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body && { body }),
  });
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return JSON.parse(text);
}

/** A registered on-premises instance with its endpoint. */
export async function onPremises() {
  const name = `host-${randomUUID().slice(0, 8)}`;
  const iamSessionArn = `arn:aws:sts::${local.accountId}:assumed-role/sluice-host/${name}`;
  await codedeploy.send(new RegisterOnPremisesInstanceCommand({ instanceName: name, iamSessionArn }));
  const { hostIdentifier, endpoint } = issuedHostAnswer.parse(await administer('v1/hosts', { name }));
  return { name, hostIdentifier, endpoint };
}
