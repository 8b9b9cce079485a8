import { describe, expect, it } from 'vitest';
import { memoryTables, sluice } from './memory-tables.ts';

const tables = memoryTables({ allEvents: () => [], allRows: () => [] });

/** Runs `sluice github connect <words>` where there are these tokens; `token` is what is typed, or piped. */
async function connect(words: readonly string[], token: string, present: readonly string[] = []) {
  const stored = new Map<string, string>();
  const gitHubTokens = {
    names: { list: async () => present },
    store: async (name: string, secret: string) => void stored.set(name, secret),
  };
  const secret = async () => token;
  const run = await sluice(tables, ['github', 'connect', ...words], undefined, { gitHubTokens, secret });
  return { ...run, stored: [...stored] };
}

describe('sluice github connect', () => {
  it('stores what it reads under the name of the account, and never shows it', async () => {
    const { code, stored, printed, noted } = await connect(['Acme'], 'ghp_secret\n');
    expect({ code, stored }).toEqual({ code: 0, stored: [['acme', 'ghp_secret']] });
    expect(printed.join('\n')).toMatch(/^acme is connected/);
    expect([...printed, ...noted].join('\n')).not.toContain('ghp_secret');
  });

  it('takes no token from the command line, nor an empty one, nor a name that is none', async () => {
    expect(await connect(['acme', 'ghp_secret'], 'x')).toMatchObject({ code: 2, stored: [] });
    expect(await connect(['acme'], '\n')).toMatchObject({ code: 2, stored: [] });
    expect(await connect(['acme'], 'two words')).toMatchObject({ code: 2, stored: [] });
    expect(await connect(['acme/shop'], 'x')).toMatchObject({ code: 2, stored: [] });
  });

  it('replaces one of 25, and adds no other to them', async () => {
    const present = Array.from({ length: 25 }, (_, n) => `acme-${n}`);
    expect(await connect(['acme-7'], 'x', present)).toMatchObject({ code: 0, stored: [['acme-7', 'x']] });
    const other = await connect(['octo'], 'x', present);
    expect(other).toMatchObject({ code: 1, stored: [] });
    expect(other.noted.join('\n')).toContain('at most 25');
  });
});
