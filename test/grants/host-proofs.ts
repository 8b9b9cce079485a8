import type { Proof } from './rights.ts';
import {
  append,
  assume,
  failToken,
  find,
  list,
  lookUp,
  park,
  readRole,
  succeedToken,
  takeBack,
} from './rights.ts';

const hosts = (title: string): Proof => ({ file: 'hosts', title });
const handedOut = hosts('is handed its command, told what to do and believed when it is done');
const issued = hosts('gets a secret that only its hash is kept of, and loses it at once when it is revoked');
const enrolled: Proof = {
  file: 'enrolment',
  title: 'of EC2 enrols itself, and gets another secret each time',
};
const uploaded = hosts(
  'sends the whole output of a command where it is told to, and `sluice output` prints it',
);
const failedFirst = hosts('that fails what it was handed ends the wait of the workflow');

export const connected: Proof = {
  file: 'github-tokens',
  title: 'reaches the hosts of its account inside the signed specification alone',
};

const keyPolicy: Proof = {
  unchecked: 'to the emulator, as to AWS, the policy of the key says enough: host-gateway.test.ts',
};

/** Of the functions that hosts call, and of those that let them in. */
export const hostProofs = {
  'hosts/gateway': {
    ...append(handedOut),
    ...lookUp(handedOut),
    ...list(handedOut),
    ...find(handedOut),
    ...takeBack(handedOut),
    'dynamodb:GetItem on <Store/Live>': handedOut,
    ...park(handedOut),
    ...succeedToken(handedOut),
    ...failToken(failedFirst),
    'lambda:InvokeFunction on <FrontDoor/Hosts/Sign>': handedOut,
    's3:PutObject on <FrontDoor/Hosts/Outputs>/*': uploaded,
  },
  'hosts/sign': {
    ...lookUp(handedOut),
    'dynamodb:GetItem on <Store/Live>': connected,
    'kms:Decrypt on <FrontDoor/Hosts/GitHubKey>': keyPolicy,
    ...assume(handedOut),
    ...readRole(hosts('whose group has lost its role is told so')),
    'kms:GetPublicKey on <FrontDoor/Hosts/SigningKey>': keyPolicy,
    'kms:Sign on <FrontDoor/Hosts/SigningKey>': keyPolicy,
  },
  'hosts/certificate': { 'lambda:InvokeFunction on <FrontDoor/Hosts/Sign>': enrolled },
  'hosts/enrol': {
    'dynamodb:DeleteItem on <Store/Live>': enrolled,
    'dynamodb:GetItem on <Store/Live>': enrolled,
    'dynamodb:PutItem on <Store/Live>': enrolled,
    'lambda:InvokeFunction on <FrontDoor/Hosts/Certificate>': enrolled,
    'ec2:DescribeInstances on *': enrolled,
    'iam:GetInstanceProfile on arn:<AWS::Partition>:iam::<AWS::AccountId>:instance-profile/*': enrolled,
  },
  'hosts/administer': {
    'dynamodb:DeleteItem on <Store/Live>': issued,
    'dynamodb:GetItem on <Store/Live>': issued,
    'dynamodb:PutItem on <Store/Live>': issued,
    'dynamodb:Query on <Store/Live>': issued,
    ...lookUp(issued),
    ...list(issued),
    'lambda:InvokeFunction on <FrontDoor/Hosts/Certificate>': issued,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Proof>>>>;
