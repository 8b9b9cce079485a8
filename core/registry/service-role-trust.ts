import * as z from 'zod';

/** A trust policy as IAM holds it. Whatever of it is not understood here is kept as it is. */
export type TrustPolicy = Readonly<Record<string, unknown>>;

/**
 * The statement by which a role trusts Sluice: the account, as far as the caller matches one of the patterns of
 * `aws:PrincipalArn`. The names of Sluice's roles change with a new deployment of it, their path does not.
 */
export function trustStatement(trustedPrincipals: readonly string[]): object {
  const [pattern = ''] = trustedPrincipals;
  return {
    Effect: 'Allow',
    Principal: { AWS: rootOf(pattern) },
    Action: 'sts:AssumeRole',
    Condition: {
      ArnLike: { 'aws:PrincipalArn': trustedPrincipals.length === 1 ? pattern : trustedPrincipals },
    },
  };
}

/** Those of the patterns that no statement admits as it stands; one that also demands something else admits nothing. */
export function missingTrust(policy: TrustPolicy, trustedPrincipals: readonly string[]): readonly string[] {
  const statements = statementsOf(policy).filter(({ Effect }) => Effect === 'Allow');
  return trustedPrincipals.filter((pattern) => !statements.some((statement) => admits(statement, pattern)));
}

/** The same policy with one statement more; all that is in it stays. */
export function withTrust(policy: TrustPolicy, trustedPrincipals: readonly string[]): TrustPolicy {
  const present = policy['Statement'] ?? [];
  const statements: readonly unknown[] = Array.isArray(present) ? present : [present];
  return { ...policy, Statement: [...statements, trustStatement(trustedPrincipals)] };
}

/** Whether a statement forbids somebody to assume the role: whom, is for people to judge. */
export function forbidsSomebody(policy: TrustPolicy): boolean {
  return statementsOf(policy).some(({ Effect }) => Effect === 'Deny');
}

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const assumingStatement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.object({ AWS: oneOrMore.optional() })]),
  Action: oneOrMore.refine((actions) =>
    actions.some((action) => action === '*' || isLike(ASSUME, action.toLowerCase())),
  ),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).optional(),
});

type AssumingStatement = z.infer<typeof assumingStatement>;

const ASSUME = 'sts:assumerole';

function statementsOf(policy: TrustPolicy): readonly AssumingStatement[] {
  return [policy['Statement']].flat().flatMap((statement) => {
    const { success, data } = assumingStatement.safeParse(statement);
    return success ? [data] : [];
  });
}

function admits({ Principal, Condition = {} }: AssumingStatement, pattern: string): boolean {
  const principals = Principal === '*' ? ['*'] : (Principal.AWS ?? []);
  const account = pattern.split(':')[4] ?? '';
  if (![rootOf(pattern), account, '*'].some((principal) => principals.includes(principal))) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(
      ([key, values]) =>
        LIKE.has(operator) &&
        key.toLowerCase() === 'aws:principalarn' &&
        values.some((value) => isLike(pattern, value)),
    ),
  );
}

/** The operators whose values are patterns; ArnEquals is one of them, whatever its name says. */
const LIKE: ReadonlySet<string> = new Set(['ArnLike', 'ArnEquals', 'StringLike']);

/**
 * Whether a pattern admits all that another one does: taken as text, the narrower one matches the wider. An asterisk
 * does not reach over a colon here, as in ArnLike, and a question mark does not stand for an asterisk.
 */
function isLike(narrower: string, wider: string): boolean {
  const source = wider
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('?', '[^:*]')
    .replaceAll('*', '[^:]*');
  return new RegExp(`^${source}$`).test(narrower);
}

function rootOf(pattern: string): string {
  const [, partition, , , account] = pattern.split(':');
  return `arn:${partition}:iam::${account}:root`;
}
