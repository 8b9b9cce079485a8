import { describe, expect, it } from 'vitest';
import { awsFailure } from '../../../functions/adapters/aws-failure.ts';

const named = (name: string, message = 'no more', httpStatusCode = 400): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

describe('too many requests', () => {
  it.each([
    ['of Lambda', named('TooManyRequestsException', 'Rate Exceeded.', 429)],
    ['of CloudWatch', named('Throttling', 'Rate exceeded')],
    ['of STS', named('ThrottlingException', 'Rate exceeded')],
    ['of EC2 and IAM', named('RequestLimitExceeded')],
    ['of S3', named('SlowDown', 'Please reduce your request rate.', 503)],
    ['of DynamoDB', named('ProvisionedThroughputExceededException')],
    ['of DynamoDB on demand', named('ThrottlingError')],
    ['of a service with a name of its own', named('RequestThrottledException')],
    ['that only the status tells', named('Unknown', 'UnknownError', 429)],
    ['that only the message tells', named('ServiceException', 'Rate exceeded', 500)],
    ['for which our own time ran out', named('AbortError', 'Request aborted')],
  ])('%s are throttling', (_, error) => {
    expect(awsFailure(error)).toEqual({ status: 'throttled', message: error.message });
  });

  it.each([
    ['a bug', named('ValidationException', 'no such member')],
    ['a broken service', named('ServiceException', 'internal', 500)],
    ['a lost connection', named('TimeoutError', 'socket hang up')],
  ])('are not %s', (_, error) => {
    expect(awsFailure(error)).toBeUndefined();
  });
});
