import type { LambdaTarget } from './deployment-events.ts';

/** An alias as Lambda shows it; weights are fractions of 1 on the versions beside the main one. */
export interface Alias {
  readonly functionVersion: string;
  readonly additionalVersionWeights: Readonly<Record<string, number>>;
  readonly revisionId: string;
}

export interface Routing {
  readonly functionVersion: string;
  readonly additionalVersionWeights: Readonly<Record<string, number>>;
}

/** Percent on the target version: the rest stays on the current one; at 100 the alias is whole on the target. */
export function routing(target: LambdaTarget, weight: number): Routing {
  if (weight === 100) return whole(target.targetVersion);
  return {
    functionVersion: target.currentVersion,
    additionalVersionWeights: weight === 0 ? {} : { [target.targetVersion]: weight / 100 },
  };
}

export function whole(functionVersion: string): Routing {
  return { functionVersion, additionalVersionWeights: {} };
}

export function isWeighted(alias: Routing): boolean {
  return Object.values(alias.additionalVersionWeights).some((weight) => weight > 0);
}

/** Fractions are compared in thousandths of a percent, because 0.1 + 0.2 is not 0.3. */
export function isRouted(alias: Routing, wanted: Routing): boolean {
  if (alias.functionVersion !== wanted.functionVersion) return false;
  const versions = new Set([
    ...Object.keys(alias.additionalVersionWeights),
    ...Object.keys(wanted.additionalVersionWeights),
  ]);
  return [...versions].every(
    (version) =>
      Math.round((alias.additionalVersionWeights[version] ?? 0) * 100_000) ===
      Math.round((wanted.additionalVersionWeights[version] ?? 0) * 100_000),
  );
}

/**
 * Whether the alias names a version that is neither of ours: then somebody else has moved it. Weights between our own
 * two versions are ours whatever they are, since Lambda itself changes them while provisioned concurrency warms up.
 */
export function foreignVersions(alias: Routing, target: LambdaTarget): readonly string[] {
  const named = [
    alias.functionVersion,
    ...Object.entries(alias.additionalVersionWeights)
      .filter(([, weight]) => weight > 0)
      .map(([version]) => version),
  ];
  return named.filter((version) => version !== target.currentVersion && version !== target.targetVersion);
}

/** What a person would run to put the alias whole on a version. */
export function aliasCommand(
  { functionName, functionAlias }: Pick<LambdaTarget, 'functionName' | 'functionAlias'>,
  version: string,
): string {
  return (
    `aws lambda update-alias --function-name ${functionName} --name ${functionAlias} ` +
    `--function-version ${version} --routing-config 'AdditionalVersionWeights={}'`
  );
}

/** In words, for messages: "whole on version 3" or "version 3 with 10 % on version 4". */
export function describeRouting(alias: Routing): string {
  const others = Object.entries(alias.additionalVersionWeights).filter(([, weight]) => weight > 0);
  if (others.length === 0) return `whole on version ${alias.functionVersion}`;
  const parts = others.map(
    ([version, weight]) => `${Math.round(weight * 1000) / 10} % on version ${version}`,
  );
  return `version ${alias.functionVersion} with ${parts.join(' and ')}`;
}
