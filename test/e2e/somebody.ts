import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { randomUUID } from 'node:crypto';
import { iam } from './cloud.ts';

/** The keys of a new user, who may do what the statement says and nothing else. */
export async function somebody(
  statement?: object,
): Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }> {
  const UserName = `user-${randomUUID().slice(0, 8)}`;
  await iam.send(new CreateUserCommand({ UserName }));
  if (statement !== undefined) {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}
