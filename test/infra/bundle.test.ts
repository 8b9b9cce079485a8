import type { Metafile } from 'esbuild';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FunctionName } from '../../functions/runtime/environment.ts';
import { bundleFunctions, functionNames } from '../../infra/bundle.ts';
import { withLiteralKeys } from '../../infra/shakeable-sdk.ts';

/** A second on an idle machine. */
const LONGEST_MILLISECONDS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-test-'));
let outputs: Metafile['outputs'] = {};

beforeAll(async () => {
  ({ outputs } = await bundleFunctions(folder));
}, LONGEST_MILLISECONDS);

afterAll(() => rmSync(folder, { recursive: true }));

/** A cold start reads and compiles all of it: at these sizes that takes some 50 ms. */
const BUDGET_KILOBYTES = 600;
/** What accepts a deployment: it knows the registry, both platforms and the service roles. */
const ACCEPTING: readonly string[] = ['api/codedeploy', 'lifecycle/admit', 'lifecycle/admit-fleet'];
const ACCEPTING_BUDGET_KILOBYTES = 800;

describe('the bundle of each function', () => {
  it.each(functionNames)('%s stays within its budget', (name) => {
    const budget = ACCEPTING.includes(name) ? ACCEPTING_BUDGET_KILOBYTES : BUDGET_KILOBYTES;
    expect(statSync(join(folder, name, 'index.js')).size / 1000).toBeLessThan(budget);
  });

  it.each(functionNames)('%s holds the texts of zod in one language', (name) => {
    const locales = Object.entries(outputOf(name).inputs)
      .filter(([path, { bytesInOutput }]) => path.includes('/zod/v4/locales/') && bytesInOutput > 0)
      .map(([path]) => path.split('/').at(-1));
    expect(locales).toEqual(['en.js']);
  });

  it.each(functionNames)('%s finds all that it needs in itself when it is loaded', (name) => {
    const missing = outputOf(name)
      .imports.filter(({ kind, path }) => kind !== 'dynamic-import' && !isBuiltin(path))
      .map(({ path }) => path);
    expect(missing).toEqual([]);
  });

  it.each(functionNames)('%s leaves out other sources of credentials, and nothing else', (name) => {
    const later = outputOf(name).imports.filter(({ kind }) => kind === 'dynamic-import');
    const others = later.filter(({ path }) => !isBuiltin(path) && !path.includes('/credential-provider-'));
    expect(others).toEqual([]);
  });
});

describe('the schemas of a client', () => {
  it('have the texts of their constants for keys', () => {
    const schemas = 'const _a = "alias";\nconst _b = 1;\nexport var X$ = [{ [_a]: _b, [_b]: _a, [_c]: 0 }];';
    expect(withLiteralKeys(schemas)).toContain('[{ ["alias"]: _b, [_b]: _a, [_c]: 0 }]');
  });
});

function outputOf(name: FunctionName): Metafile['outputs'][string] {
  const found = Object.entries(outputs).find(([path]) => path.endsWith(`${name}/index.js`));
  if (found === undefined) {
    throw new Error(`No bundle of ${name}.`);
  }
  return found[1];
}
