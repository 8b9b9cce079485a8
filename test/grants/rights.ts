import type { NamedTest } from './proof-run.ts';

/**
 * Without the grant this test of the end-to-end suite fails; or, why the emulator cannot show it: then the template
 * alone says that the grant is there, and a simulated test, where one is named, that the call is needed.
 */
export type Proof = NamedTest | { readonly unchecked: string };

/** The rights that several functions have, each by what it is for, with what proves it. */
export const record = (proof: Proof) => ({
  'dynamodb:PutItem on <Store/Log>': proof,
  'dynamodb:Query on <Store/Log>': proof,
  'dynamodb:PutItem on <Store/Rows>': proof,
});
export const append = (proof: Proof) => ({ ...record(proof), 'dynamodb:DeleteItem on <Store/Rows>': proof });
export const lookUp = (proof: Proof) => ({ 'dynamodb:GetItem on <Store/Rows>': proof });
export const list = (proof: Proof) => ({ 'dynamodb:Query on <Store/Rows>': proof });
export const createBelow = (proof: Proof) => ({ 'dynamodb:ConditionCheckItem on <Store/Rows>': proof });
export const park = (proof: Proof) => ({ 'dynamodb:PutItem on <Store/Live>': proof });
export const takeBack = (proof: Proof) => ({ 'dynamodb:DeleteItem on <Store/Live>': proof });
export const find = (proof: Proof) => ({ 'dynamodb:Query on <Store/Live>': proof });
export const succeedToken = (proof: Proof) => ({ 'states:SendTaskSuccess on *': proof });
export const failToken = (proof: Proof) => ({ 'states:SendTaskFailure on *': proof });
const roles = 'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*';
export const assume = (proof: Proof) => ({ [`sts:AssumeRole on ${roles}`]: proof });
export const readRole = (proof: Proof) => ({ [`iam:GetRole on ${roles}`]: proof });
export const followStream = (deadLetters: string, proof: Proof) => ({
  'dynamodb:ListStreams on *': streams,
  'dynamodb:DescribeStream on <Store/Log.StreamArn>': streams,
  'dynamodb:GetRecords on <Store/Log.StreamArn>': streams,
  'dynamodb:GetShardIterator on <Store/Log.StreamArn>': streams,
  [`sqs:GetQueueAttributes on <${deadLetters}>`]: queues,
  [`sqs:GetQueueUrl on <${deadLetters}>`]: queues,
  [`sqs:SendMessage on <${deadLetters}>`]: proof,
});

const streams: Proof = { unchecked: 'the emulator follows a stream by itself, whatever the role may do' };
const queues: Proof = { unchecked: 'only Lambda itself asks, for the failures of the mapping' };
