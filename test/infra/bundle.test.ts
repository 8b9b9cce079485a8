import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleFunctions, functionNames } from '../../infra/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-test-'));
const { outputs } = bundleFunctions(folder);

afterAll(() => rmSync(folder, { recursive: true }));

/** A cold start reads and compiles all of it: at these sizes that takes some 50 ms. */
const BUDGET_KILOBYTES = 600;
const API_BUDGET_KILOBYTES = 700;

describe('the bundle of each function', () => {
  it.each(functionNames)('%s stays within its budget', (name) => {
    const budget = name.startsWith('api/') ? API_BUDGET_KILOBYTES : BUDGET_KILOBYTES;
    expect(statSync(join(folder, name, 'index.js')).size / 1000).toBeLessThan(budget);
  });

  it.each(functionNames)('%s holds the texts of zod in one language', (name) => {
    const output = Object.entries(outputs).find(([path]) => path.endsWith(`${name}/index.js`))?.[1];
    const locales = Object.entries(output?.inputs ?? {})
      .filter(([path, { bytesInOutput }]) => path.includes('/zod/v4/locales/') && bytesInOutput > 0)
      .map(([path]) => path.split('/').at(-1));
    expect(output).toBeDefined();
    expect(locales).toEqual(['en.js']);
  });
});
