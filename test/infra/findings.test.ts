import { App } from 'aws-cdk-lib';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sluiceApp } from '../../infra/sluice-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-findings-'));
const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8')) as {
  context: Readonly<Record<string, unknown>>;
};

afterAll(() => rmSync(folder, { recursive: true }));

/** The app as the CDK command builds it, and the findings of its validation. */
function findingsOf(name: string, settings: Readonly<Record<string, string>>): readonly string[] {
  const outdir = join(folder, name);
  const app = new App({ outdir, context: { ...context, ...settings } });
  sluiceApp(app);
  app.synth();
  // A finding sets the exit code of the process, which is that of the tests here.
  process.exitCode = undefined;
  const report = join(outdir, 'validation-report.json');
  expect(existsSync(report)).toBe(true);
  const { pluginReports } = JSON.parse(readFileSync(report, 'utf8')) as {
    pluginReports: readonly PluginReport[];
  };
  expect(pluginReports.map((each) => each.pluginName)).toContain('AwsSolutions');
  return pluginReports.flatMap((each) => each.violations.map((violation) => violation.ruleName));
}

interface PluginReport {
  readonly pluginName: string;
  readonly violations: readonly { readonly ruleName: string }[];
}

/** Bundles and validates the whole app twice; a busy machine takes some seconds for it. */
const LONGEST_MILLISECONDS = 60_000;

describe('cdk-nag and the validation of CloudFormation', { timeout: LONGEST_MILLISECONDS }, () => {
  it('find nothing that is not acknowledged in the stack for a real account', () => {
    expect(findingsOf('real', {})).toEqual([]);
  });

  it('find nothing that is not acknowledged in the stack for the local cloud', () => {
    expect(findingsOf('local', { local: 'true', timeScale: '30', stackName: 'SluiceLocal' })).toEqual([]);
  });

  it('are not reached by a stack for a real account with a time scale', () => {
    expect(() => findingsOf('refused', { timeScale: '30' })).toThrow('only for the local cloud');
  });
});
