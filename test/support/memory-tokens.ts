import type { ParkedToken, ParkedTokens } from '../../functions/adapters/parked-tokens.ts';

/** Parked tokens without a table; while `areLost` holds nobody finds any. */
export function memoryTokens(areLost: () => boolean = () => false): ParkedTokens {
  const parked = new Map<string, ParkedToken>();
  const keyOf = ({ deploymentId, entry }: ParkedToken): string => `${deploymentId} ${entry}`;
  return {
    park: async (token) => void parked.set(keyOf(token), token),
    of: async (deploymentId) =>
      areLost() ? [] : [...parked.values()].filter((token) => token.deploymentId === deploymentId),
    forget: async (token) => {
      if (parked.get(keyOf(token))?.token === token.token) parked.delete(keyOf(token));
    },
  };
}
