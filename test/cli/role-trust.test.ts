import { describe, expect, it } from 'vitest';
import { trustStatement } from '../../core/registry/service-role-trust.ts';
import { type FakeAccount, ROLE, TRUSTED, fakeAccount, stock } from './fake-account.ts';
import { memoryTables, sluice } from './memory-tables.ts';

const tables = memoryTables({ allEvents: () => [], allRows: () => [] });

/** Runs `sluice role trust <words>`; `ask` is who is there to answer. */
function trust(account: FakeAccount, words: readonly string[], ask?: (question: string) => Promise<boolean>) {
  return sluice(tables, ['role', 'trust', ...words], undefined, { account, ...(ask && { ask }) });
}

const statement = (stock.trust['Statement'] as object[])[0];
const trusting = { Version: '2012-10-17', Statement: [statement, trustStatement([TRUSTED])] };

describe('sluice role trust', () => {
  it('shows the exact change, and makes it when told so', async () => {
    const account = fakeAccount();
    const questions: string[] = [];
    const { code, noted, printed } = await trust(
      account,
      [ROLE, '--application', 'shop'],
      async (question) => {
        questions.push(question);
        return true;
      },
    );
    expect({ code, questions: questions.length }).toEqual({ code: 0, questions: 1 });
    const said = noted.join('\n');
    expect(said).toContain(`+         "AWS": "arn:aws:iam::123456789012:root"`);
    expect(said).toContain(`+           "aws:PrincipalArn": "${TRUSTED}"`);
    expect(said).toContain(`          "Service": "codedeploy.amazonaws.com"`);
    expect(said).toContain(`+   "Value": "shop"`);
    expect(account.changes).toEqual([
      ['trust', trusting],
      ['applications', 'shop'],
    ]);
    expect(printed.join('\n')).toMatch(/trusts the local cloud .* groups of shop may name it/);
  });

  it('changes nothing where the answer is no, or where there is nobody to ask', async () => {
    const account = fakeAccount();
    expect((await trust(account, [ROLE, '--application', 'shop'], async () => false)).code).toBe(1);
    const unasked = await trust(account, [ROLE, '--application', 'shop']);
    expect(unasked.code).toBe(2);
    expect(unasked.noted.join('\n')).toMatch(/--yes/);
    expect(account.changes).toEqual([]);
  });

  it('does nothing the second time', async () => {
    const account = fakeAccount();
    await trust(account, [ROLE, '--application', 'shop', '--yes']);
    const again = await trust(account, [ROLE, '--application', 'shop']);
    expect(again.code).toBe(0);
    expect(again.printed.join('\n')).toMatch(/^Nothing is missing/);
    expect((await trust(account, [ROLE])).code).toBe(0);
    expect(account.changes).toHaveLength(2);
  });

  it('adds to the applications that the tag names, and leaves a trust that is there', async () => {
    const account = fakeAccount({ trust: trusting, applications: 'shop billing' });
    const words = ['--application', 'prices', '--application', 'shop', '--yes'];
    expect((await trust(account, [ROLE, ...words])).code).toBe(0);
    expect(account.changes).toEqual([['applications', 'shop billing prices']]);
    await trust(account, [ROLE, '--all-applications', '--yes']);
    expect(account.changes.at(-1)).toEqual(['applications', ':all']);
    expect((await trust(account, [ROLE, '--application', 'another'])).printed.join('\n')).toMatch(
      /^Nothing is missing.*every application/,
    );
  });

  it('asks for an application where the role is lent to none', async () => {
    const account = fakeAccount({ trust: trusting, applications: ' ' });
    const { code, noted } = await trust(account, [ROLE, '--yes']);
    expect(code).toBe(1);
    expect(noted.join('\n')).toMatch(/--application NAME .*--all-applications/);
    const shown = await trust(fakeAccount(), [ROLE, '--yes']);
    expect(shown.noted.join('\n')).toContain('"aws:PrincipalArn"');
    expect(account.changes).toEqual([]);
  });

  it('says when the tag cannot hold one more name', async () => {
    const account = fakeAccount({ trust: trusting, applications: 'a'.repeat(100) + ' ' + 'b'.repeat(100) });
    const { code, noted } = await trust(account, [ROLE, '--application', 'c'.repeat(56), '--yes']);
    expect(code).toBe(1);
    expect(noted.join('\n')).toMatch(/would have 258 characters, and IAM takes 256.*--all-applications/);
    expect((await trust(account, [ROLE, '--application', 'c'.repeat(54), '--yes'])).code).toBe(0);
  });

  it('says that a statement forbids somebody', async () => {
    const denying = { ...stock.trust, Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sts:*' }] };
    const account = fakeAccount({ ...stock, trust: denying });
    const { noted } = await trust(account, [ROLE, '--all-applications', '--yes']);
    expect(noted.join('\n')).toMatch(/forbids somebody/);
  });
});

describe('sluice role trust refuses, with what to do', () => {
  const denied = Object.assign(new Error('not authorized to perform: iam:UpdateAssumeRolePolicy'), {
    name: 'AccessDenied',
  });
  const tooLong = Object.assign(new Error('Cannot exceed quota for ACLSizePerRole: 2048'), {
    name: 'LimitExceededException',
  });
  const ofService = Object.assign(new Error('protected'), { name: 'UnmodifiableEntityException' });

  it.each([
    [denied, /may not change .*whoever may.*iam:TagRole/],
    [tooLong, /ACLSizePerRole.*no longer needs/],
    [ofService, /belongs to an AWS service/],
  ])('a change that IAM does not take (%s)', async (refusal, words) => {
    const account = fakeAccount();
    account.contents.refusal = refusal;
    const { code, noted } = await trust(account, [ROLE, '--application', 'shop', '--yes']);
    expect(code).toBe(1);
    expect(noted.at(-1)).toMatch(words);
  });

  it.each([
    ['arn:aws:iam::123456789012:role/nobody', /there is no role .*list-roles/],
    [
      'arn:aws:iam::210987654321:role/CodeDeployLambda',
      /of the account 210987654321.*of the account 123456789012/,
    ],
    [
      'arn:aws:iam::123456789012:role/elsewhere',
      /but arn:aws:iam::123456789012:role\/here\/elsewhere: name that/,
    ],
    ['arn:aws:iam::123456789012:role/theirs', /credentials are for the account 999999999999.*AWS_PROFILE/],
  ])('the role %s', async (roleArn, words) => {
    const account = fakeAccount();
    const other = (arn: string) => ({ status: 'other', roleArn: arn }) as const;
    account.contents.found.set(
      'arn:aws:iam::123456789012:role/elsewhere',
      other('arn:aws:iam::123456789012:role/here/elsewhere'),
    );
    account.contents.found.set(
      'arn:aws:iam::123456789012:role/theirs',
      other('arn:aws:iam::999999999999:role/theirs'),
    );
    const { code, noted } = await trust(account, [roleArn, '--application', 'shop', '--yes']);
    expect(code).toBe(1);
    expect(noted.join('\n')).toMatch(words);
  });

  it('a role that the caller may not read', async () => {
    const account = fakeAccount();
    const find = async () => {
      throw Object.assign(new Error('not authorized to perform: iam:GetRole'), { name: 'AccessDenied' });
    };
    const { code, noted } = await trust({ ...account, roles: { ...account.roles, find } }, [ROLE]);
    expect(code).toBe(1);
    expect(noted.join('\n')).toMatch(/credentials do not permit it.*iam:GetRole/);
  });

  it('a stack that is older than the command', async () => {
    const account = fakeAccount();
    const stack = { ...account.stack, outputs: async () => ({}) };
    const { code, noted } = await trust({ ...account, stack }, [ROLE]);
    expect(code).toBe(1);
    expect(noted.join('\n')).toMatch(/TrustedPrincipals.*npx cdk deploy/);
  });

  it.each([
    [['CodeDeployLambda'], /not the ARN of a role/],
    [[ROLE, '--application', 'a', '--all-applications'], /exclude each other/],
    [[ROLE, '--application', 'a,b'], /cannot name a,b.*--all-applications/],
  ])('%j, as a wrong command line', async (words, message) => {
    const { code, noted } = await trust(fakeAccount(), words);
    expect(code).toBe(2);
    expect(noted.join('\n')).toMatch(message);
  });
});
