import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';

/** Whose credentials an on-premises instance has: its agent calls itself by that ARN. */
export type IamIdentity = { readonly iamUserArn: string } | { readonly iamSessionArn: string };

interface Given {
  readonly iamUserArn?: string;
  readonly iamSessionArn?: string;
}

/** Exactly one of the two. Throws IamUserArnRequired, IamArnRequired and MultipleIamArnsProvided. */
export function requireIamIdentity({ iamUserArn, iamSessionArn = '' }: Given): IamIdentity {
  if (iamUserArn === '' && iamSessionArn === '') {
    throw new Refusal('IamUserArnRequiredException', 'The iamUserArn is empty. Give the ARN of an IAM user.');
  }
  const hasUser = iamUserArn !== undefined && iamUserArn !== '';
  if (hasUser && iamSessionArn !== '') {
    throw new Refusal(
      'MultipleIamArnsProvidedException',
      'Both iamUserArn and iamSessionArn are given, and an instance goes by one of them. Leave the other out.',
    );
  }
  if (hasUser) return { iamUserArn };
  if (iamSessionArn !== '') return { iamSessionArn };
  throw new Refusal('IamArnRequiredException', 'Give either iamUserArn or iamSessionArn.');
}

/** Throws InvalidIamUserArnException and InvalidIamSessionArnException. */
export function checkIamIdentity(identity: IamIdentity): void {
  if ('iamUserArn' in identity) {
    if (USER_ARN.test(identity.iamUserArn)) return;
    throw new Refusal(
      'InvalidIamUserArnException',
      `${quoted(identity.iamUserArn)} is not the ARN of an IAM user (arn:aws:iam::ACCOUNT:user/NAME).`,
    );
  }
  if (SESSION_ARN.test(identity.iamSessionArn)) return;
  throw new Refusal(
    'InvalidIamSessionArnException',
    `${quoted(identity.iamSessionArn)} is not the ARN of a role's session ` +
      '(arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION).',
  );
}

export function iamArnOf(identity: IamIdentity): string {
  return 'iamUserArn' in identity ? identity.iamUserArn : identity.iamSessionArn;
}

/** Path (at most 512) and name (at most 64 characters) of a user, in any partition. */
const USER_ARN = /^arn:aws[a-z-]{0,20}:iam::\d{12}:user\/(?:[\x21-\x7e]{1,510}\/)?[A-Za-z0-9+=,.@_-]{1,64}$/;

const SESSION_ARN =
  /^arn:aws[a-z-]{0,20}:sts::\d{12}:assumed-role\/[A-Za-z0-9+=,.@_-]{1,64}\/[A-Za-z0-9+=,.@_-]{2,64}$/;
