/** What a check has found: all is well, something may be, or something is wrong. */
export type Finding =
  | { readonly level: 'green'; readonly check: string; readonly words: string }
  | {
      readonly level: 'yellow' | 'red';
      readonly check: string;
      readonly words: string;
      /** What to do about it: a command wherever there is one. */
      readonly remedy: string;
    };

/** What one check finds, without its name. */
export type Found = Finding extends infer Each ? (Each extends Finding ? Omit<Each, 'check'> : never) : never;

export function green(words: string): Found {
  return { level: 'green', words };
}

export function yellow(words: string, remedy: string): Found {
  return { level: 'yellow', words, remedy };
}

export function red(words: string, remedy: string): Found {
  return { level: 'red', words, remedy };
}
