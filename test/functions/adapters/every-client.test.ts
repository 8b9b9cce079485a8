import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientDefaults } from '../../../functions/adapters/aws-clients.ts';

const project = join(import.meta.dirname, '../../..');

/** The clients of the AWS SDK that a source text makes, and of those the ones that do not take our defaults. */
function clientsOf(source: string): { readonly made: number; readonly bare: readonly string[] } {
  const found = [...source.matchAll(/new (\w+Client)\(/g)];
  const bare = found.filter(({ index }) => {
    const settings = argument(source, index);
    if (TAKES_DEFAULTS.test(settings)) return false;
    // Settings in a constant of their own, whole or spread, up to the end of its statement.
    const names = [...settings.matchAll(/^(\w+)$|\.\.\.(\w+)/g)].map(([, whole, spread]) => whole ?? spread);
    return !names.some((name) =>
      TAKES_DEFAULTS.test(new RegExp(`const ${name}\\b[^;]*;`).exec(source)?.[0] ?? ''),
    );
  });
  return { made: found.length, bare: bare.map(([, name]) => name ?? '') };
}

const TAKES_DEFAULTS = /\b(client|roleClient)Defaults\b/;

/** What stands between the bracket that opens first and the one that closes it. */
function argument(source: string, from: number): string {
  const start = source.indexOf('(', from) + 1;
  let depth = 1;
  let end = start;
  for (; depth > 0 && end < source.length; end += 1) {
    if (source[end] === '(') depth += 1;
    if (source[end] === ')') depth -= 1;
  }
  return source.slice(start, end - 1).trim();
}

describe('every client of AWS', () => {
  const paths = ['functions', 'cli'].flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
      join(folder, path),
    ),
  );
  const sources = paths
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, ...clientsOf(readFileSync(join(project, path), 'utf8')) }));

  it('tries again adaptively, with jitter', () => {
    expect(clientDefaults).toMatchObject({ retryMode: 'adaptive', maxAttempts: 5 });
    expect(sources.flatMap(({ path, bare }) => bare.map((name) => `${path}: ${name}`))).toEqual([]);
  });

  it('is found by this test', () => {
    const made = sources.reduce((sum, each) => sum + each.made, 0);
    expect(made).toBeGreaterThanOrEqual(10);
    expect(clientsOf("new SQSClient({ region: name('a') })").bare).toEqual(['SQSClient']);
    expect(clientsOf('const config = { region };\nnew SQSClient(config)').bare).toEqual(['SQSClient']);
    expect(clientsOf('const config = { ...clientDefaults };\nnew SQSClient(config)').bare).toEqual([]);
    expect(clientsOf('const BRIEF = { ...clientDefaults };\nnew SQSClient({ ...BRIEF })').bare).toEqual([]);
    expect(clientsOf('new SQSClient({ ...clientDefaults, region })').bare).toEqual([]);
  });
});
