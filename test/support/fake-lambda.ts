import type { Alias, Routing } from '../../core/deployments/alias.ts';
import type { AwsFailure } from '../../functions/adapters/aws-failure.ts';
import type {
  AliasName,
  LambdaAliases,
  ProvisionedConcurrency,
} from '../../functions/adapters/lambda-aliases.ts';

/** What a test does to Lambda, and sees of it. */
export interface FakeLambda {
  readonly aliases: LambdaAliases;
  readonly give: (name: AliasName, routing: Routing, versions: readonly string[]) => void;
  readonly aliasOf: (name: AliasName) => Alias;
  /** The names of the aliases of a function. */
  readonly aliasesOf: (functionName: string) => readonly string[];
  readonly versionsOf: (functionName: string) => readonly string[];
  readonly remove: (name: AliasName) => void;
  /** All weights that an alias has had on a version, in order. */
  readonly history: (name: AliasName) => readonly Routing[];
  /** As somebody else would: with a new revision id. */
  readonly changeByHand: (name: AliasName, routing: Routing) => void;
  /** Whether a call fails instead of being carried out; undefined is no. Asked before each. */
  failing: (operation: 'get' | 'update' | 'provisionedConcurrency' | 'version') => AwsFailure | undefined;
  /** Runs before an update is carried out: await something to have it on its way for longer. */
  beforeUpdate: () => Promise<void>;
  /** Runs after an update and before its reply: throw to lose the reply. */
  afterUpdate: () => void;
  warmth: () => ProvisionedConcurrency;
}

/** Aliases with Lambda's own rules: revision ids, weights below 1 on one version beside the main one, real versions. */
export function fakeLambda(): FakeLambda {
  const functions = new Map<string, ReadonlySet<string>>();
  const aliases = new Map<string, Alias>();
  const past = new Map<string, Routing[]>();
  let revisions = 0;

  const put = (name: AliasName, { functionVersion, additionalVersionWeights }: Routing): void => {
    revisions += 1;
    const routing = { functionVersion, additionalVersionWeights: { ...additionalVersionWeights } };
    aliases.set(keyOf(name), { ...routing, revisionId: `revision-${revisions}` });
    past.set(keyOf(name), [...(past.get(keyOf(name)) ?? []), routing]);
  };
  const missing = (what: string): AwsFailure => ({ status: 'missing', message: `${what} not found` });

  const fake: FakeLambda = {
    failing: () => undefined,
    beforeUpdate: async () => {},
    afterUpdate: () => {},
    warmth: () => ({ status: 'none' }),
    give: (name, routing, versions) => {
      functions.set(name.functionName, new Set(versions));
      put(name, routing);
    },
    aliasOf: (name) => {
      const alias = aliases.get(keyOf(name));
      if (alias === undefined) throw new Error(`no alias ${keyOf(name)}`);
      return alias;
    },
    aliasesOf: (functionName) =>
      [...aliases.keys()]
        .filter((key) => key.startsWith(`${functionName}:`))
        .map((key) => key.slice(functionName.length + 1)),
    versionsOf: (functionName) => [...(functions.get(functionName) ?? [])],
    remove: (name) => void aliases.delete(keyOf(name)),
    history: (name) => past.get(keyOf(name)) ?? [],
    changeByHand: put,
    aliases: {
      get: async (name) => {
        const failure = fake.failing('get');
        if (failure !== undefined) return failure;
        const alias = aliases.get(keyOf(name));
        return alias === undefined ? missing(`alias ${keyOf(name)}`) : { status: 'found', alias };
      },
      update: async (name, routing, revisionId) => {
        const failure = fake.failing('update');
        if (failure !== undefined) return failure;
        await fake.beforeUpdate();
        const alias = aliases.get(keyOf(name));
        if (alias === undefined) return missing(`alias ${keyOf(name)}`);
        if (alias.revisionId !== revisionId)
          return { status: 'changed', message: 'the revision id is stale' };
        const named = [routing.functionVersion, ...Object.keys(routing.additionalVersionWeights)];
        const unknown = named.find((version) => functions.get(name.functionName)?.has(version) !== true);
        if (unknown !== undefined) return missing(`version ${unknown}`);
        const weights = Object.values(routing.additionalVersionWeights);
        if (weights.length > 1 || weights.some((weight) => weight < 0 || weight > 1)) {
          throw new Error('Lambda refuses such weights');
        }
        put(name, routing);
        fake.afterUpdate();
        return { status: 'updated' };
      },
      provisionedConcurrency: async () => fake.failing('provisionedConcurrency') ?? fake.warmth(),
      version: async (functionName, version) => {
        const failure = fake.failing('version');
        if (failure !== undefined) return failure;
        const found = functions.get(functionName)?.has(version) === true;
        return found ? { status: 'usable' } : missing(`version ${version} of ${functionName}`);
      },
    },
  };
  return fake;
}

function keyOf({ functionName, functionAlias }: AliasName): string {
  return `${functionName}:${functionAlias}`;
}
