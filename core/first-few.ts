/** What there may be many of: how many, and the first few by name, which tell enough. It does not grow with them. */
export interface FirstFew {
  readonly count: number;
  readonly names: readonly string[];
}

export const nobody: FirstFew = { count: 0, names: [] };

const MOST_NAMED = 5;

export function withName({ count, names }: FirstFew, name: string): FirstFew {
  return { count: count + 1, names: count < MOST_NAMED ? [...names, name] : names };
}

/** "i-0, i-1, i-2, i-3, i-4 and 3 more" */
export function namesOf({ count, names }: FirstFew): string {
  const more = count - names.length;
  return `${names.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

export function firstFewOf(names: readonly string[]): FirstFew {
  return { count: names.length, names: names.slice(0, MOST_NAMED) };
}
