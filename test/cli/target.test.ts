import { describe, expect, it } from 'vitest';
import { CannotDo, UsageError } from '../../cli/command.ts';
import { inWords, isConnectionLost } from '../../cli/failure.ts';
import { localTarget, selection, stackFailure, stackTarget } from '../../cli/target.ts';

const nothing = { isLocalUp: false, stackVariable: undefined };

describe('the installation that is meant', () => {
  it('is the local cloud where one is up, else the stack Sluice', () => {
    expect(selection({}, { ...nothing, isLocalUp: true })).toEqual({ type: 'local' });
    expect(selection({}, nothing)).toEqual({ type: 'stack', stackName: 'Sluice' });
  });

  it('is the stack of SLUICE_STACK where no local cloud is up', () => {
    expect(selection({}, { ...nothing, stackVariable: 'Mine' })).toEqual({
      type: 'stack',
      stackName: 'Mine',
    });
    expect(selection({}, { ...nothing, stackVariable: '' })).toEqual({ type: 'stack', stackName: 'Sluice' });
  });

  it('is what an option says, whatever runs', () => {
    const both = { isLocalUp: true, stackVariable: 'Mine' };
    expect(selection({ stack: 'Other', region: 'eu-west-1' }, both)).toEqual({
      type: 'stack',
      stackName: 'Other',
      region: 'eu-west-1',
    });
    expect(selection({ region: 'eu-west-1' }, both)).toEqual({
      type: 'stack',
      stackName: 'Mine',
      region: 'eu-west-1',
    });
    expect(selection({ local: true }, nothing)).toEqual({ type: 'local' });
    expect(() => selection({ local: true, stack: 'Other' }, both)).toThrow(UsageError);
  });
});

describe('the local cloud', () => {
  const file = {
    endpoint: 'http://127.0.0.1:4566/api',
    cloudEndpoint: 'http://127.0.0.1:4566',
    region: 'us-east-1',
    accountId: '000000000000',
    stackName: 'Sluice',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    tables: { log: 'L', rows: 'R', live: 'V' },
    stateMachines: { Lambda: 'arn:lambda', Hook: 'arn:hook', InPlace: 'arn:in-place' },
    alarmTopicArn: 'arn:alarms',
    notificationTopicArn: 'arn:notifications',
    timeScale: 60,
  };

  it('is found by its file', () => {
    expect(localTarget(JSON.stringify(file))).toEqual({
      place: 'the local cloud at http://127.0.0.1:4566',
      isEmulated: true,
      stackName: 'Sluice',
      tables: { log: 'L', rows: 'R' },
      topics: { alarms: 'arn:alarms', notifications: 'arn:notifications' },
      stateMachines: { lambda: 'arn:lambda', hook: 'arn:hook', inPlace: 'arn:in-place' },
      apiEndpoint: 'http://127.0.0.1:4566/api',
      client: { region: 'us-east-1', endpoint: 'http://127.0.0.1:4566', credentials: file.credentials },
    });
  });

  it('that is not there is to be started', () => {
    expect(() => localTarget(undefined)).toThrow(/Run `npm start` first/);
  });

  it.each(['{', '{}', JSON.stringify({ ...file, tables: {} })])('is to be started again for %s', (text) => {
    expect(() => localTarget(text)).toThrow(/run `npm start` again/);
  });
});

describe('a stack', () => {
  const Outputs = [
    { OutputKey: 'LogTableName', OutputValue: 'L' },
    { OutputKey: 'RowsTableName', OutputValue: 'R' },
    { OutputKey: 'StateMachineLambda', OutputValue: 'arn:lambda' },
    { OutputKey: 'StateMachineHook', OutputValue: 'arn:hook' },
    { OutputKey: 'ApiEndpoint', OutputValue: 'https://api' },
  ];

  it('is found by its outputs', () => {
    expect(stackTarget('Mine', 'eu-west-1', { Outputs })).toEqual({
      place: 'the stack Mine in eu-west-1',
      isEmulated: false,
      stackName: 'Mine',
      tables: { log: 'L', rows: 'R' },
      topics: {},
      stateMachines: { lambda: 'arn:lambda', hook: 'arn:hook' },
      apiEndpoint: 'https://api',
      client: { region: 'eu-west-1' },
    });
  });

  it('without them is none of ours', () => {
    expect(() => stackTarget('Mine', 'eu-west-1', { Outputs: [] })).toThrow(
      /has no output LogTableName.*--stack/,
    );
  });

  it.each([
    ['ValidationError', 'Stack with id Mine does not exist', /there is no stack Mine .*--region.*npm start/],
    ['ValidationError', "1 validation error detected: Value 'my_stack' at 'stackName'", /there is no stack/],
    ['CredentialsProviderError', 'none', /no AWS credentials .*aws sso login.*npm start/],
    ['Error', 'Region is missing', /--region, or set AWS_REGION/],
    ['Error', 'Region not accepted: region="" is not …', /--region, or set AWS_REGION/],
    ['Error', 'Region not accepted: region="eu north" is not …', /no such region.*eu north.*eu-north-1/],
    ['ExpiredToken', 'expired', /have expired.*Log in again/],
    [
      'AccessDenied',
      'not authorized to perform: cloudformation:DescribeStacks',
      /do not permit it.*DescribeStacks.*AWS_PROFILE/,
    ],
  ])('that cannot be asked for (%s: %s) says what to do next', (name, message, words) => {
    const failure = stackFailure(
      Object.assign(new Error(message), { name }),
      'Mine',
      'the stack Mine in eu-west-1',
    );
    expect(failure).toBeInstanceOf(CannotDo);
    expect((failure as Error).message).toMatch(words);
  });
});

describe('a failure', () => {
  const lost = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:4566'), { code: 'ECONNREFUSED' });

  it('to reach it says what to do, locally and elsewhere', () => {
    const words = (error: Error, place: string, shell = {}) =>
      (inWords(error, place, shell) as CannotDo).message;
    expect(words(lost, 'the local cloud at x')).toMatch(/Run `npm start`/);
    expect(words(lost, 'the stack x')).toMatch(/network is back/);
    expect(words(lost, 'the stack x', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' })).toMatch(
      /AWS_ENDPOINT_URL sends everything to http:\/\/127\.0\.0\.1:4566: unset it/,
    );
    const nowhere = Object.assign(new Error('getaddrinfo ENOTFOUND x.mars-1.amazonaws.com'), {
      code: 'ENOTFOUND',
    });
    expect(words(nowhere, 'the stack x in mars-1')).toMatch(/Is there such a region/);
  });

  it('to find credentials names the profile that should give them', () => {
    const none = Object.assign(new Error('none'), { name: 'CredentialsProviderError' });
    expect(inWords(none, 'the stack x', { AWS_PROFILE: 'ops' })).toMatchObject({
      message: expect.stringMatching(/^the profile ops of AWS_PROFILE .*aws sso login --profile ops/),
    });
  });

  it('of a table or a function that is gone is said in words', () => {
    const gone = Object.assign(new Error('Function not found'), { name: 'ResourceNotFoundException' });
    expect(inWords(gone, 'the stack x')).toBeInstanceOf(CannotDo);
    expect((inWords(gone, 'the stack x') as Error).message).toMatch(
      /^something of the stack x is gone \(Func/,
    );
  });

  it('that nobody expects stays what it is', () => {
    const bug = new TypeError('a bug');
    expect(inWords(bug, 'x')).toBe(bug);
    expect(inWords('text', 'x')).toBe('text');
  });

  it('is worth another try where the connection, the service or the pace is at fault', () => {
    const failure = (members: object) => Object.assign(new Error('x'), members);
    expect(isConnectionLost(lost)).toBe(true);
    expect(isConnectionLost(failure({ name: 'TimeoutError' }))).toBe(true);
    expect(isConnectionLost(failure({ $metadata: { httpStatusCode: 503 } }))).toBe(true);
    expect(isConnectionLost(failure({ name: 'ThrottlingException' }))).toBe(true);
    expect(isConnectionLost(failure({ $metadata: { httpStatusCode: 400 } }))).toBe(false);
    expect(isConnectionLost('x')).toBe(false);
  });
});
