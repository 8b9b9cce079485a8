import { type Invocation, UsageError } from './command.ts';

export const consentOptions = { yes: { type: 'boolean' } } as const;

/** Says what will happen, and asks, unless --yes was given. Throws UsageError where there is nobody to ask. */
export async function consented(
  plan: readonly string[],
  { terminal, values }: Pick<Invocation, 'terminal' | 'values'>,
): Promise<boolean> {
  for (const line of plan) terminal.note(line);
  if (values['yes'] === true) return true;
  if (terminal.ask === undefined) {
    throw new UsageError(
      'there is no terminal to ask in. Nothing was done; --yes goes ahead without asking.',
    );
  }
  const isWanted = await terminal.ask('Go ahead? [y/N] ');
  if (!isWanted) terminal.note('Nothing was done.');
  return isWanted;
}

/** The id alone is the result, for whoever keeps it in a variable. */
export function tellNew(deploymentId: string, { terminal }: Pick<Invocation, 'terminal'>): void {
  terminal.print(deploymentId);
  terminal.note(`Follow it: npx sluice watch ${deploymentId}`);
}
