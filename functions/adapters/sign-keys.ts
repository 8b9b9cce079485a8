/** The keys of what the gateway keeps of hosts in the live table, for the moment. */
export const signKeys = {
  presence: (hostIdentifier: string) => ({ pk: `presence#${hostIdentifier}`, sk: 'presence' }),
  lease: (hostCommandIdentifier: string) => ({ pk: `lease#${hostCommandIdentifier}`, sk: 'lease' }),
} as const;
