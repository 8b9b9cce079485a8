import { describe, expect, it } from 'vitest';
import { gitHubTokenName, gitHubTokenNameOf } from '../../../core/registry/github-token.ts';

describe('the name of a token for GitHub', () => {
  it('is the owner of the repository that it opens, in small letters', () => {
    const location = { revisionType: 'GitHub', repository: 'Acme-Corp/shop', commitId: 'c0ffee' } as const;
    expect(gitHubTokenNameOf(location)).toBe('acme-corp');
    const s3 = { revisionType: 'S3', bucket: 'acme', key: 'shop.zip', bundleType: 'zip' } as const;
    expect(gitHubTokenNameOf(s3)).toBeUndefined();
  });

  it('is one that GitHub could give', () => {
    for (const name of ['a', 'A1', 'a-b-c', 'x'.repeat(39)]) expect(gitHubTokenName(name)).toBeDefined();
    for (const name of ['', '-a', 'a-', 'a--b', 'a_b', 'a/b', 'a b', 'x'.repeat(40)]) {
      expect(gitHubTokenName(name)).toBeUndefined();
    }
  });
});
