import {
  CodeDeployClient,
  ListApplicationsCommand,
  RegisterApplicationRevisionCommand,
} from '@aws-sdk/client-codedeploy';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newClientKey } from '../../cli/client-key.ts';
import { type SigningProxy, startSigningProxy } from '../../cli/signing-proxy.ts';
import { type RawRequest, rawRequest } from './raw-request.ts';
import { type StrictFrontDoor, answerJson, strictFrontDoor } from '../support/strict-front-door.ts';

const region = 'eu-north-1';
const place = 'the stack Sluice in eu-north-1';
const clientKey = newClientKey(randomBytes);
let userKey = { accessKeyId: 'ASIAUSER', secretAccessKey: 'the secret of the user', sessionToken: 'a token' };
let credentials = async () => userKey;

let door: StrictFrontDoor;
let proxy: SigningProxy;
beforeAll(async () => {
  door = await strictFrontDoor(() => ({ ...userKey, region }));
  proxy = await startSigningProxy({
    port: 0,
    clientKey,
    upstream: { place, endpoint: door.endpoint, region, credentials: () => credentials() },
    now: Date.now,
  });
});
afterAll(async () => {
  await proxy.close();
  await door.close();
});

const anApplication = (response: ServerResponse): void =>
  answerJson(response, 200, { applications: ['shop'] });
afterEach(() => {
  door.answer = anApplication;
  credentials = async () => userKey;
});

/** As a client of any language: it signs for CodeDeploy, with the key that the proxy gave out. */
function client(change: object = {}): CodeDeployClient {
  return new CodeDeployClient({
    endpoint: proxy.endpoint,
    region,
    credentials: { ...clientKey },
    maxAttempts: 1,
    ...change,
  });
}

const listed = (from: CodeDeployClient) => from.send(new ListApplicationsCommand({}));

const raw = (sent: RawRequest = {}): Promise<IncomingMessage> => rawRequest(proxy.endpoint, clientKey, sent);

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return text;
}

describe('what is signed with the client key', () => {
  it('reaches the API signed for API Gateway with the credentials of the user', async () => {
    expect((await listed(client())).applications).toEqual(['shop']);
    const { fault, headers } = door.seen.at(-1) ?? {};
    expect(fault).toBeUndefined();
    expect(headers?.['authorization']).toContain(`ASIAUSER/`);
    expect(headers?.['x-amz-security-token']).toBe('a token');
    expect(headers?.['user-agent']).toMatch(/aws-sdk-js/);
  });

  it('is signed with new credentials when the old ones have run out', async () => {
    userKey = { accessKeyId: 'ASIALATER', secretAccessKey: 'another secret', sessionToken: 'another token' };
    expect((await listed(client())).applications).toEqual(['shop']);
    expect(door.seen.at(-1)?.headers['authorization']).toContain('ASIALATER/');
  });

  it('may be a large request, and a path of one application', async () => {
    const big = 'x'.repeat(4_000_000);
    const endpoint = `${proxy.endpoint}applications/a%20shop%2Bmore`;
    await client({ endpoint }).send(
      new RegisterApplicationRevisionCommand({
        applicationName: 'a shop+more',
        revision: { revisionType: 'String', string: { content: big } },
      }),
    );
    const { fault, url, body } = door.seen.at(-1) ?? {};
    expect({ fault, url }).toEqual({ fault: undefined, url: '/applications/a%20shop%2Bmore/' });
    expect(Buffer.from(body ?? []).toString()).toContain(big);
  });

  it('is passed on with nothing else of what the client said', async () => {
    const answer = await raw({
      headers: { 'x-amz-security-token': 'of the client', cookie: 'a=b', 'x-forwarded-for': '10.0.0.1' },
    });
    expect(answer.statusCode).toBe(200);
    const { cookie, 'x-forwarded-for': forwarded, ...headers } = door.seen.at(-1)?.headers ?? {};
    expect({ cookie, forwarded }).toEqual({ cookie: undefined, forwarded: undefined });
    expect(headers['x-amz-security-token']).toBe(userKey.sessionToken);
    expect(headers['authorization']).not.toContain(clientKey.accessKeyId);
  });

  it('is answered as the API answers, a refusal too', async () => {
    door.answer = (response) => {
      response.setHeader('x-amzn-requestid', 'request-1');
      answerJson(response, 400, { __type: 'InvalidNextTokenException', message: 'No.' });
    };
    await expect(listed(client())).rejects.toMatchObject({
      name: 'InvalidNextTokenException',
      message: 'No.',
      $metadata: { httpStatusCode: 400, requestId: 'request-1' },
    });
  });
});

describe('an answer', () => {
  it('is passed on as it comes', async () => {
    let goOn = (): void => {};
    door.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.write('{"applications":["first"');
      goOn = () => response.end(',"last"]}');
    };
    const answer = await raw();
    let text = '';
    for await (const chunk of answer) {
      // The rest is written only now that the beginning is here.
      if (text === '') goOn();
      text += String(chunk);
    }
    expect(JSON.parse(text)).toEqual({ applications: ['first', 'last'] });
  });

  it('that breaks off does so for the client too', async () => {
    door.answer = (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"applications":[', () => response.destroy());
    };
    await expect(raw().then(textOf)).rejects.toThrow('aborted');
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['has begun', (response) => void response.writeHead(200).write('{')],
    ['has not begun', () => {}],
  ])('that %s is not waited for when the client is gone', async (_, begin) => {
    const client = new AbortController();
    const left = new Promise<void>((resolve) => {
      door.answer = (response) => {
        response.once('close', resolve);
        begin(response);
        client.abort();
      };
    });
    await expect(raw({ signal: client.signal }).then(textOf)).rejects.toThrow('aborted');
    await left;
  });

  it('does not carry over what is about the connection to the API', async () => {
    door.answer = (response) => {
      response.setHeader('connection', 'close');
      anApplication(response);
    };
    expect((await raw()).headers).toMatchObject({ connection: 'keep-alive' });
  });
});

describe('what does not have the client key', () => {
  it.each<[string, string, object]>([
    ['another secret', 'InvalidSignatureException', { ...clientKey, secretAccessKey: 'a guess' }],
    ['another key', 'UnrecognizedClientException', { ...clientKey, accessKeyId: 'AKIAOTHER' }],
  ])('is refused: %s', async (_, name, key) => {
    const before = door.seen.length;
    await expect(listed(client({ credentials: key }))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 403 },
    });
    expect(door.seen.length).toBe(before);
  });
});

describe('what is no client of CodeDeploy', () => {
  it.each<[number, string, RawRequest]>([
    [403, 'AccessDenied', { headers: { host: 'evil.example' } }],
    [403, 'AccessDenied', { headers: { host: '127.0.0.1.evil.example:80' } }],
    [403, 'AccessDenied', { headers: { host: 'localhost.evil.example' } }],
    [404, 'UnknownOperation', { method: 'GET', body: '' }],
    [404, 'UnknownOperation', { method: 'PUT' }],
    [404, 'UnknownOperation', { headers: { 'x-amz-target': 'DynamoDB_20120810.Scan' } }],
    [404, 'UnknownOperation', { replaced: { 'x-amz-target': '' } }],
    [400, 'Validation', { path: '/applications/../read' }],
    [400, 'Validation', { path: '/?Action=x' }],
    [400, 'Validation', { path: '//evil.example/' }],
    [400, 'Validation', { path: '//' }],
  ])('is refused: %i %s for %j', async (status, code, sent) => {
    const before = door.seen.length;
    const answer = await raw(sent);
    expect(answer.statusCode).toBe(status);
    expect(await textOf(answer)).toContain(`"__type":"${code}Exception"`);
    expect(door.seen.length).toBe(before);
  });

  it('may call it localhost', async () => {
    const { port } = new URL(proxy.endpoint);
    expect((await raw({ headers: { host: `localhost:${port}` } })).statusCode).toBe(200);
  });

  it.each([
    ['says so', { 'content-length': String(10 * 1024 * 1024 + 1) }],
    ['does not', { 'transfer-encoding': 'chunked' }],
  ])('is refused when it is larger than API Gateway takes and %s', async (_, replaced) => {
    const answer = await raw({ replaced, sentBody: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect(answer.statusCode).toBe(413);
  });
});

describe('a proxy that cannot pass on', () => {
  it('says which API it does not reach, as an error that clients show', async () => {
    const nowhere = await startSigningProxy({
      port: 0,
      clientKey,
      upstream: { place, endpoint: 'http://127.0.0.1:1/', region, credentials },
      now: Date.now,
    });
    await expect(listed(client({ endpoint: nowhere.endpoint }))).rejects.toMatchObject({
      name: 'BadGatewayException',
      message: expect.stringMatching(
        /cannot reach the API of the stack Sluice in eu-north-1: .*ECONNREFUSED/,
      ),
      $metadata: { httpStatusCode: 502 },
    });
    await nowhere.close();
  });

  it('says that the user has to log in again, once', async () => {
    credentials = async () => {
      throw new Error('The SSO session has expired');
    };
    await expect(listed(client({ maxAttempts: 3 }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('(The SSO session has expired). Log in again'),
      $metadata: { attempts: 1 },
    });
  });

  it('does not start where its port is taken', async () => {
    const { port } = new URL(proxy.endpoint);
    const upstream = { place, endpoint: door.endpoint, region, credentials };
    await expect(
      startSigningProxy({ port: Number(port), clientKey, upstream, now: Date.now }),
    ).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
  });
});

describe('the SDK for JavaScript without a proxy', () => {
  it('is let in by the option signingName alone', async () => {
    const direct = { endpoint: door.endpoint, credentials: { ...userKey } };
    await expect(listed(client(direct))).rejects.toThrow();
    expect(door.seen.at(-1)?.fault).toBe('it is signed for codedeploy');
    const { applications } = await listed(client({ ...direct, signingName: 'execute-api' }));
    expect(applications).toEqual(['shop']);
  });
});
