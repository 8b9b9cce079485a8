import { describe, expect, it } from 'vitest';
import { type ExpectedSignature, type ReceivedRequest, signatureFault } from './signature-verifier.ts';

/** The example that AWS' own description of the algorithm works through. */
const example: ReceivedRequest = {
  method: 'GET',
  url: '/?Action=ListUsers&Version=2010-05-08',
  headers: {
    host: 'iam.amazonaws.com',
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date, ' +
      'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  },
  body: new Uint8Array(),
};
const expected: ExpectedSignature = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 'iam',
  now: Date.parse('2015-08-30T12:40:00Z'),
};

describe('the verifier of signatures', () => {
  it("accepts AWS' own example", () => {
    expect(signatureFault(example, expected)).toBeUndefined();
  });

  it.each<[string, Partial<ReceivedRequest>, Partial<ExpectedSignature>]>([
    ['there is no authorization of version 4', { headers: { host: 'iam.amazonaws.com' } }, {}],
    ['it is signed with the key AKIDEXAMPLE', {}, { accessKeyId: 'AKIDOTHER' }],
    ['it is signed for iam', {}, { service: 'execute-api' }],
    ['it is signed for the region us-east-1', {}, { region: 'eu-north-1' }],
    ['it is signed at 20150830T123600Z, which is not now', {}, { now: Date.parse('2015-08-30T12:42:00Z') }],
    ['its session token is another', {}, { sessionToken: 'a token' }],
    ['x-amz-target is not signed', { headers: { ...example.headers, 'x-amz-target': 'x' } }, {}],
    ['the signature is wrong', {}, { secretAccessKey: 'another' }],
    ['the signature is wrong', { body: Buffer.from('{}') }, {}],
    ['the signature is wrong', { method: 'POST' }, {}],
    ['the signature is wrong', { url: '/x?Action=ListUsers&Version=2010-05-08' }, {}],
    ['the signature is wrong', { headers: { ...example.headers, 'content-type': 'text/plain' } }, {}],
    ['the signature is wrong', { headers: { ...example.headers, host: 'evil.example' } }, {}],
  ])('refuses: %s (%j, %j)', (fault, request, expectation) => {
    expect(signatureFault({ ...example, ...request }, { ...expected, ...expectation })).toBe(fault);
  });
});
