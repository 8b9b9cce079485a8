import type { KeyObject } from 'node:crypto';
import { X509Certificate, createSign, generateKeyPairSync } from 'node:crypto';
import type * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { describe, expect, test } from 'vitest';
import type { AssumedRole } from '../../../functions/adapters/service-roles.ts';
import { certificate } from '../../../functions/hosts/certificate.ts';
import type { SignPorts } from '../../../functions/hosts/sign.ts';
import { sign } from '../../../functions/hosts/sign.ts';
import { rowKeys } from '../../../core/views/row-keys.ts';
import { memoryEventStore } from '../../support/memory-event-store.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

function signedBy(key: KeyObject) {
  return async (bytes: Uint8Array): Promise<Uint8Array> => createSign('sha256').update(bytes).sign(key);
}

const s3 = { revisionType: 'S3', bucket: 'b', key: 'shop.tgz', bundleType: 'tgz', eTag: '"abc"' };
const ASSUMED: AssumedRole = {
  status: 'assumed',
  credentials: { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' },
};

async function aSigner(
  location: object = s3,
  role: AssumedRole = ASSUMED,
  change: Partial<SignPorts> = {},
  appSpecs: { readonly own?: string; readonly previous?: string; readonly failed?: string } = {},
) {
  const store = memoryEventStore();
  const clock = { now: 1_795_000_000_000 };
  const asked: string[] = [];
  for (const [deploymentId, computePlatform, appSpecFilename] of [
    ['d-SERVER001', 'Server', appSpecs.own],
    ['d-SERVER000', 'Server', appSpecs.previous],
    ['d-FAILED000', 'Server', appSpecs.failed],
    ['d-LAMBDA001', 'Lambda', undefined],
  ] as const) {
    const created = {
      deploymentId,
      computePlatform,
      applicationName: 'shop',
      deploymentGroupId: '8d1c3a52-1111-4222-8333-944445555666',
      deploymentGroupName: 'prod',
      creator: 'user',
      serviceRoleArn: 'arn:aws:iam::123456789012:role/prod',
      revision: { revisionId: 'r', location },
      fleet: { fileExistsBehavior: 'OVERWRITE', previous: { deploymentId: 'd-SERVER000' } },
    };
    const data = JSON.stringify({ created, fleet: { admitted: { appSpecFilename } } });
    const row = { ...rowKeys.deployment(deploymentId), owner: 'x', data };
    await store.append({ events: [], rows: [{ type: 'put', row, from: 'x' }], required: [] });
  }
  const ports: SignPorts = {
    rows: store.rows,
    key: {
      publicKey: async () => publicKey.export({ type: 'spki', format: 'der' }),
      sign: async (bytes) => (asked.push('sign'), signedBy(privateKey)(bytes)),
    },
    roles: {
      assume: async (roleArn, session) => (asked.push(`assume ${roleArn} ${session}`), role),
      tags: async () => ({ status: 'read', tags: {} }),
    },
    bundlesWith: ({ accessKeyId }) => ({
      address: async ({ key }) => `https://b.example/${key}?by=${accessKeyId}&at=${clock.now}`,
    }),
    gitHubTokens: { of: async (name) => (asked.push(`token ${name}`), { status: 'none' }) },
    system: { now: () => clock.now },
    ...change,
  };
  return { sign: sign(ports), clock, asked };
}

async function slowDown(): Promise<never> {
  throw Object.assign(new Error('slow'), { name: 'ThrottlingException' });
}

async function content(answer: object): Promise<Record<string, unknown>> {
  const { payload } = answer as { readonly payload: string };
  const der = Buffer.from(payload.replaceAll(/-----.*-----|\n/g, ''), 'base64');
  const info = pkijs.ContentInfo.fromBER(new Uint8Array(der));
  const data = new pkijs.SignedData({ schema: info.content as asn1js.Sequence });
  const { signatureVerified } = await data.verify({ signer: 0, checkChain: false, extendedMode: true });
  expect(signatureVerified).toBe(true);
  return JSON.parse(
    Buffer.from(data.encapContentInfo.eContent?.valueBlock.valueHexView ?? []).toString(),
  ) as Record<string, unknown>;
}

describe('the signer', () => {
  test('signs what the deployment says, with an address made with the rights of its group', async () => {
    const signer = await aSigner();
    expect(await content(await signer.sign({ deploymentId: 'd-SERVER001' }))).toEqual({
      DeploymentId: 'd-SERVER001',
      DeploymentGroupId: '8d1c3a52-1111-4222-8333-944445555666',
      DeploymentGroupName: 'prod',
      ApplicationName: 'shop',
      DeploymentCreator: 'user',
      DeploymentType: 'IN_PLACE',
      Revision: {
        RevisionType: 'S3',
        S3Revision: { Bucket: 'b', Key: 'shop.tgz', BundleType: 'tgz', ETag: 'abc' },
      },
      AgentActionOverrides: { AgentOverrides: { FileExistsBehavior: 'OVERWRITE' } },
      BundleAddress: `https://b.example/shop.tgz?by=a&at=${signer.clock.now}`,
      LastLifecycleEvent: 'ValidateService',
    });
    expect(signer.asked[0]).toBe('assume arn:aws:iam::123456789012:role/prod d-SERVER001');
  });

  test('keeps it for as long as the address in it has half of its hour left', async () => {
    const signer = await aSigner();
    const first = await signer.sign({ deploymentId: 'd-SERVER001' });
    signer.clock.now += 29 * 60_000;
    expect(await signer.sign({ deploymentId: 'd-SERVER001' })).toEqual(first);
    signer.clock.now += 60_000;
    const renewed = await content(await signer.sign({ deploymentId: 'd-SERVER001' }));
    expect(renewed['BundleAddress']).toContain(String(signer.clock.now));
    expect(signer.asked.filter((what) => what === 'sign')).toHaveLength(3);
  });

  test('names the AppSpec where it is another than the usual, and for scripts of the revision before that of before', async () => {
    const named = async (own?: string, previous?: string) => {
      const appSpecs = { ...(own && { own }), ...(previous && { previous }) };
      const signer = await aSigner(s3, ASSUMED, {}, appSpecs);
      const told = async (isForPrevious: boolean) =>
        (await content(await signer.sign({ deploymentId: 'd-SERVER001', isForPrevious })))['AppSpecFilename'];
      const names = [await told(true), await told(false), await told(true)];
      return { names, signatures: signer.asked.filter((what) => what.startsWith('assume')).length };
    };
    const yaml = 'appspec.yaml';
    expect(await named()).toEqual({ names: [undefined, undefined, undefined], signatures: 1 });
    expect(await named(yaml, yaml)).toEqual({ names: [yaml, yaml, yaml], signatures: 1 });
    expect(await named(yaml)).toEqual({ names: [undefined, yaml, undefined], signatures: 2 });
    expect(await named(undefined, yaml)).toEqual({ names: [yaml, undefined, yaml], signatures: 2 });
  });

  test('names the AppSpec of a failed deployment, where that one installed what the host has', async () => {
    const { sign: asked } = await aSigner(s3, ASSUMED, {}, { failed: 'appspec.yaml' });
    const told = async (which: object) =>
      (await content(await asked({ deploymentId: 'd-SERVER001', isForPrevious: true, ...which })))[
        'AppSpecFilename'
      ];
    expect(await told({})).toBeUndefined();
    expect(await told({ installedBy: 'd-FAILED000' })).toBe('appspec.yaml');
    expect(await told({ installedBy: 'd-SERVER000' })).toBeUndefined();
    expect(await told({ installedBy: 'd-GONE00000' })).toBeUndefined();
  });

  test('needs no role for a revision of GitHub', async () => {
    const location = { revisionType: 'GitHub', repository: 'octo/shop', commitId: 'c0ffee' };
    const signer = await aSigner(location);
    expect(await content(await signer.sign({ deploymentId: 'd-SERVER001' }))).toMatchObject({
      Revision: {
        RevisionType: 'GitHub',
        GitHubRevision: { Account: 'octo', Repository: 'shop', CommitId: 'c0ffee' },
      },
    });
    expect(signer.asked).not.toContainEqual(expect.stringContaining('assume'));
    expect(signer.asked[0]).toBe('token octo');
  });

  test('puts the token of the account into the specification, and where its GitHub is', async () => {
    const location = { revisionType: 'GitHub', repository: 'Octo/shop', commitId: 'c0ffee' };
    const tokens = new Map([['octo', 'ghp_secret']]);
    const signer = await aSigner(location, ASSUMED, {
      gitHubTokens: { of: async (name) => ({ status: 'found', token: tokens.get(name) ?? '' }) },
      gitHubBaseUrl: 'https://github.example.com/api/v3',
    });
    expect(await content(await signer.sign({ deploymentId: 'd-SERVER001' }))).toMatchObject({
      GitHubAccessToken: 'ghp_secret',
      GitHubBaseUrl: 'https://github.example.com/api/v3',
    });
    const anonymous = await content(await (await aSigner(location)).sign({ deploymentId: 'd-SERVER001' }));
    expect(Object.keys(anonymous).filter((member) => member.startsWith('GitHub'))).toEqual([]);
  });

  test('hands a token out for a minute at most after it was taken away', async () => {
    const location = { revisionType: 'GitHub', repository: 'octo/shop', commitId: 'c0ffee' };
    let isTaken = false;
    const signer = await aSigner(location, ASSUMED, {
      gitHubTokens: {
        of: async () => (isTaken ? { status: 'none' } : { status: 'found', token: 'ghp_secret' }),
      },
    });
    const told = async () => content(await signer.sign({ deploymentId: 'd-SERVER001' }));
    expect(await told()).toHaveProperty('GitHubAccessToken');
    isTaken = true;
    signer.clock.now += 59_000;
    expect(await told()).toHaveProperty('GitHubAccessToken');
    signer.clock.now += 1_000;
    expect(await told()).not.toHaveProperty('GitHubAccessToken');
  });

  test('signs nothing where the token cannot be decrypted, and says how to store it again', async () => {
    const location = { revisionType: 'GitHub', repository: 'octo/shop', commitId: 'c0ffee' };
    const failing = (status: 'denied' | 'throttled') =>
      aSigner(location, ASSUMED, {
        gitHubTokens: { of: async () => ({ status, message: 'the key is gone' }) },
      });
    const denied = await (await failing('denied')).sign({ deploymentId: 'd-SERVER001' });
    expect(denied).toMatchObject({
      status: 'refused',
      message: expect.stringMatching(/the key is gone.*sluice github connect octo/),
    });
    const throttled = await (await failing('throttled')).sign({ deploymentId: 'd-SERVER001' });
    expect(throttled).toMatchObject({ status: 'throttled' });
  });

  test('answers a certificate that is the same for every worker, and verifies itself', async () => {
    const [one, other] = [await aSigner(), await aSigner()];
    const { certificate } = (await one.sign({})) as { readonly certificate: string };
    expect(await other.sign({})).toEqual({ certificate });
    expect(new X509Certificate(certificate).verify(publicKey)).toBe(true);
  });

  test('says in words that the role of the group is gone', async () => {
    const { sign: asked } = await aSigner(s3, { status: 'missing', message: 'gone' });
    expect(await asked({ deploymentId: 'd-SERVER001' })).toMatchObject({
      status: 'refused',
      message: expect.stringContaining('no longer exists') as string,
    });
  });

  test('says that it was throttled, which passes', async () => {
    const { sign: asked } = await aSigner(s3, { status: 'throttled', message: 'slow' });
    expect(await asked({ deploymentId: 'd-SERVER001' })).toMatchObject({ status: 'throttled' });
  });

  test.each<[string, Partial<SignPorts>]>([
    ['the key', { key: { publicKey: slowDown, sign: slowDown } }],
    ['the read model', { rows: { get: slowDown, query: slowDown, count: slowDown } }],
  ])('says so too where it was %s that was throttled', async (_, change) => {
    const { sign: asked } = await aSigner(s3, ASSUMED, change);
    expect(await asked({ deploymentId: 'd-SERVER001' })).toEqual({ status: 'throttled', message: 'slow' });
  });

  test('throws what does not pass', async () => {
    const failing = async () => Promise.reject(new Error('the key is disabled'));
    const { sign: asked } = await aSigner(s3, ASSUMED, { key: { publicKey: failing, sign: failing } });
    await expect(asked({ deploymentId: 'd-SERVER001' })).rejects.toThrow('the key is disabled');
  });

  test.each([{ deploymentId: 'd-LAMBDA001' }, { deploymentId: 'd-NONE00001' }, { deploymentId: 5 }])(
    'signs nothing for %j, whoever asks',
    async (event) => {
      const signer = await aSigner();
      await expect(signer.sign(event)).rejects.toThrow();
      expect(signer.asked).toEqual([]);
    },
  );
});

test('whoever lets hosts in is given the certificate of the signer, whatever else is asked for', async () => {
  const given = certificate(async () => 'the certificate') as (event: unknown) => Promise<object>;
  expect(await given({ deploymentId: 'd-SERVER001' })).toEqual({ certificate: 'the certificate' });
});
