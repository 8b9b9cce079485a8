import { describe, expect, it } from 'vitest';
import {
  checkRevisionLocation,
  checkRevisionPlatform,
  requireRevision,
  revisionContent,
} from '../../../core/registry/revision-location.ts';
import { type RevisionEvent, revision, revisionIdentity } from '../../../core/registry/revision.ts';
import type { RevisionInput } from '../../../core/registry/shapes.ts';
import { rowKeys } from '../../../core/views/row-keys.ts';
import { GIVEN_AT, ISSUED_AT, given, refusalOf } from '../given.ts';

const digest = 'a'.repeat(64);
const other = 'b'.repeat(64);
const location = { revisionType: 'AppSpecContent', sha256: digest } as const;
const s3 = { revisionType: 'S3', bucket: 'releases', key: 'a/appspec.yaml', bundleType: 'YAML' } as const;

describe('a revision', () => {
  const registration = { applicationId: 'app-1', revisionId: 'rev-1', location };
  const registered = (description?: string): RevisionEvent => ({
    type: 'RevisionRegistered',
    data: { ...registration, content: 'text', ...(description !== undefined && { description }) },
  });
  const described = (description: string): RevisionEvent => ({
    type: 'RevisionDescribed',
    data: { description },
  });
  const register = (more: { description?: string; content?: string; onlyIfNew?: boolean }) =>
    ({ type: 'RegisterRevision', data: { ...registration, applicationName: 'shop', ...more } }) as const;
  const listed = (at: number) => ({
    ...rowKeys.revisionOfApplication('app-1', at, 'rev-1'),
    data: { revisionId: 'rev-1', location },
  });

  it('is registered under its application, with its content', () => {
    given(revision)
      .when(register({ content: 'text', description: 'first' }))
      .then([registered('first')])
      .requires({ ...rowKeys.application('app-1'), code: 'ApplicationDoesNotExistException' })
      .rows(
        {
          ...rowKeys.revision('rev-1'),
          data: { ...registration, content: 'text', description: 'first', registeredAt: ISSUED_AT },
        },
        listed(ISSUED_AT),
      );
  });

  it('registered again stays as it is', () => {
    given(revision, [registered('first')])
      .when(register({ content: 'text' }))
      .then([]);
    given(revision, [registered('first')])
      .when(register({ content: 'text', description: 'first' }))
      .then([]);
  });

  it('registered again with other words gets them, and keeps its time', () => {
    given(revision, [registered('first')])
      .when(register({ description: 'second' }))
      .then([described('second')])
      .rows(
        {
          ...rowKeys.revision('rev-1'),
          data: { ...registration, content: 'text', description: 'second', registeredAt: GIVEN_AT },
        },
        listed(GIVEN_AT),
      );
  });

  it('that comes along with a deployment never replaces a description', () => {
    const along = register({ content: 'text', description: 'by deployment d-1', onlyIfNew: true });
    given(revision, [registered()]).when(along).then([]);
    given(revision)
      .when(along)
      .then([registered('by deployment d-1')]);
  });

  it('that is a digest alone must be known', () => {
    given(revision).when(register({})).refused('InvalidRevisionException', 'Give the content');
  });

  it('in S3 is registered without its content', () => {
    const inS3 = { ...registration, location: s3 };
    given(revision)
      .when({ type: 'RegisterRevision', data: { ...inS3, applicationName: 'shop' } })
      .then([{ type: 'RevisionRegistered', data: inS3 }])
      .rows(
        { ...rowKeys.revision('rev-1'), data: { ...inS3, registeredAt: ISSUED_AT } },
        {
          ...rowKeys.revisionOfApplication('app-1', ISSUED_AT, 'rev-1'),
          data: { revisionId: 'rev-1', location: s3 },
        },
      );
  });

  it('has a description of 256 characters at the most', () => {
    given(revision, [registered()])
      .when(register({ description: 'x'.repeat(257) }))
      .refused('DescriptionTooLongException', '257');
  });

  it('is another one in another application, of another type or digest', () => {
    const identities = [
      revisionIdentity('app-1', location),
      revisionIdentity('app-2', location),
      revisionIdentity('app-1', { ...location, revisionType: 'String' }),
      revisionIdentity('app-1', { ...location, sha256: other }),
    ];
    expect(new Set(identities).size).toBe(4);
    expect(revisionIdentity('app-1', { ...location })).toBe(identities[0]);
  });

  it('in S3 is the same with and without the quotes of its eTag, and another one by anything else', () => {
    const eTag = 'd41d8cd98f00b204e9800998ecf8427e';
    const identities = [
      { ...s3 },
      { ...s3, bucket: 'other' },
      { ...s3, key: 'other' },
      { ...s3, bundleType: 'JSON' as const },
      { ...s3, version: eTag },
      { ...s3, eTag },
      { ...s3, version: '1', eTag },
    ].map((one) => revisionIdentity('app-1', one));
    expect(new Set(identities).size).toBe(7);
    expect(revisionIdentity('app-1', { ...s3, eTag: `"${eTag}"` })).toBe(identities[5]);
  });
});

describe('the location of a revision', () => {
  const content = (text: string, sha256?: string): RevisionInput => ({
    revisionType: 'AppSpecContent',
    appSpecContent: { content: text, ...(sha256 !== undefined && { sha256 }) },
  });

  it('is the digest of its content, given or computed, in the form the caller used', () => {
    expect(revisionContent(content('text'))).toBe('text');
    expect(checkRevisionLocation(content('text'), digest)).toEqual({ location, content: 'text' });
    expect(checkRevisionLocation(content('text', digest), digest)).toEqual({ location, content: 'text' });
    const string: RevisionInput = { revisionType: 'String', string: { content: 'text' } };
    expect(revisionContent(string)).toBe('text');
    expect(checkRevisionLocation(string, digest)).toEqual({
      location: { revisionType: 'String', sha256: digest },
      content: 'text',
    });
  });

  it('may be a digest alone', () => {
    const alone: RevisionInput = { revisionType: 'AppSpecContent', appSpecContent: { sha256: digest } };
    expect(revisionContent(alone)).toBeUndefined();
    expect(checkRevisionLocation(alone, undefined)).toEqual({ location });
  });

  it('says both digests where they differ', () => {
    const refusal = refusalOf(() => checkRevisionLocation(content('text', digest), other));
    expect(refusal.code).toBe('InvalidRevisionException');
    expect(refusal.message).toContain(digest);
    expect(refusal.message).toContain(other);
  });

  const s3Location = { bucket: 'releases', key: 'a/appspec.yaml', bundleType: 'YAML' };
  const inS3 = (changes: object): RevisionInput => ({
    revisionType: 'S3',
    s3Location: { ...s3Location, ...changes },
  });

  const gitHub = { repository: 'shop/web.site', commitId: 'c0ffee'.padEnd(40, '0') };
  const inGitHub = (changes: object): RevisionInput => ({
    revisionType: 'GitHub',
    gitHubLocation: { ...gitHub, ...changes },
  });

  it('in GitHub is a repository and a commit', () => {
    expect(checkRevisionLocation(inGitHub({}), undefined)).toEqual({
      location: { revisionType: 'GitHub', ...gitHub },
    });
  });

  it('in S3 is kept as it was given, and what is empty is absent', () => {
    expect(checkRevisionLocation(inS3({}), undefined)).toEqual({ location: s3 });
    const marks = { version: 'v1', eTag: '"abc-2"' };
    expect(checkRevisionLocation(inS3(marks), undefined)).toEqual({ location: { ...s3, ...marks } });
    expect(checkRevisionLocation(inS3({ version: '', eTag: '' }), undefined)).toEqual({ location: s3 });
  });

  it.each<[RegExp, RevisionInput]>([
    [/revisionType is missing/, { appSpecContent: { content: 'text' } }],
    [/"Floppy" is unknown/, { revisionType: 'Floppy' }],
    [/needs the member appSpecContent/, { revisionType: 'AppSpecContent' }],
    [/needs the member s3Location/, { revisionType: 'S3' }],
    [/excludes the member s3Location/, { ...content('text'), s3Location }],
    [/excludes the member string/, { ...content('text'), string: { content: 'text' } }],
    [/bucket is missing/, inS3({ bucket: '' })],
    [/bucket "a b" is none/, inS3({ bucket: 'a b' })],
    [/key is missing/, inS3({ key: '' })],
    [/1 to 1024 bytes/, inS3({ key: 'é'.repeat(513) })],
    [/bundleType is missing.*YAML or JSON/, inS3({ bundleType: '' })],
    [/"yaml" is none.*YAML or JSON/, inS3({ bundleType: 'yaml' })],
    [/version has more than 1024/, inS3({ version: 'x'.repeat(1025) })],
    [/eTag has more than 1024/, inS3({ eTag: 'x'.repeat(1025) })],
    [/full of control characters/, content('\u0001'.repeat(102_000))],
    [/needs the member gitHubLocation/, { revisionType: 'GitHub' }],
    [/repository is missing/, inGitHub({ repository: '' })],
    ...['shop', 'shop/', '/web', 'shop/web/more', 'shop/..', 'a b/c'].map(
      (repository): [RegExp, RevisionInput] => [
        /repository ".*" is none. It is account\/name/,
        inGitHub({ repository }),
      ],
    ),
    [/commitId is missing/, inGitHub({ commitId: '' })],
    [/commitId "main" is none. It is the hash/, inGitHub({ commitId: 'main' })],
    [/commitId .* is none/, inGitHub({ commitId: 'a'.repeat(65) })],
    [/neither content nor sha256/, content('')],
    [/64 lower-case hexadecimal/, content('text', 'A'.repeat(64))],
    [/64 lower-case hexadecimal/, content('text', 'abc')],
    [/larger than 102400 bytes/, content('é'.repeat(51_201))],
  ])('is refused: %s', (message, input) => {
    const text = revisionContent(input);
    const refusal = refusalOf(() => checkRevisionLocation(input, text === undefined ? undefined : digest));
    expect(refusal.code).toBe('InvalidRevisionException');
    expect(refusal.message).toMatch(message);
  });

  it('must be given', () => {
    expect(refusalOf(() => requireRevision(undefined)).code).toBe('RevisionRequiredException');
  });

  it('fits Server as an archive in S3 or a commit in GitHub, which nothing else takes', () => {
    const archives = (['tar', 'tgz', 'zip'] as const).map((bundleType) => ({ ...s3, bundleType }));
    for (const place of [...archives, { revisionType: 'GitHub', ...gitHub } as const]) {
      expect(() => checkRevisionPlatform(place, 'Server')).not.toThrow();
      const refusal = refusalOf(() => checkRevisionPlatform(place, 'Lambda'));
      expect(refusal.code).toBe('InvalidRevisionException');
      expect(refusal.message).toMatch(
        /on the compute platform Lambda. Pass the AppSpec itself.*YAML or JSON/,
      );
      expect(refusalOf(() => checkRevisionPlatform(place, 'ECS')).message).toContain('platform ECS');
    }
  });

  it('fits Lambda, and ECS without the old form, and Server never as an AppSpec', () => {
    const string = { ...location, revisionType: 'String' } as const;
    expect(() => checkRevisionPlatform(location, 'Lambda')).not.toThrow();
    expect(() => checkRevisionPlatform(string, 'Lambda')).not.toThrow();
    expect(() => checkRevisionPlatform(location, 'ECS')).not.toThrow();
    expect(() => checkRevisionPlatform(s3, 'Lambda')).not.toThrow();
    expect(refusalOf(() => checkRevisionPlatform(s3, 'Server')).message).toMatch(
      /bundleType YAML.*tar, tgz, zip/,
    );
    expect(refusalOf(() => checkRevisionPlatform(string, 'ECS')).message).toContain('not supported');
    expect(refusalOf(() => checkRevisionPlatform(location, 'Server')).code).toBe('InvalidRevisionException');
  });
});
