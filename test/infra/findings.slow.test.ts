import { App } from 'aws-cdk-lib';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledgedFindings } from '../../infra/acknowledged-findings.ts';
import { localCloud, type Place, realAccount } from '../../infra/local-differences.ts';
import { sluiceApp } from '../../infra/sluice-app.ts';
import { withStack } from './synthesized.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-findings-'));
const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8')) as {
  context: Readonly<Record<string, unknown>>;
};

afterAll(() => rmSync(folder, { recursive: true }));

/** The app as the CDK command builds it, and the findings of its validation. */
async function findingsOf(
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const outdir = join(folder, name);
  const app = new App({ outdir, context: { ...context, ...settings } });
  await sluiceApp(app);
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
  it('find nothing that is not acknowledged in the stack for a real account', async () => {
    expect(await findingsOf('real', {})).toEqual([]);
  });

  it('find nothing that is not acknowledged in the stack for the local cloud', async () => {
    expect(await findingsOf('local', { local: 'true', timeScale: '30', stackName: 'SluiceLocal' })).toEqual(
      [],
    );
  });

  it('are not reached by a stack for a real account with a time scale', async () => {
    await expect(findingsOf('refused', { timeScale: '30' })).rejects.toThrow('only for the local cloud');
  });
});

describe('what is acknowledged', () => {
  it.each([
    ['a real account', realAccount('Sluice')],
    ['the local cloud', localCloud('Sluice', 1)],
  ])('is found in the stack for %s, each at each of its places', (_, place) => {
    const { acknowledged, found } = comparison(place);
    expect(acknowledged).toEqual(found);
  });
});

/** Both as "path of a construct, finding", without the prefix that all findings have. */
function comparison(place: Place): {
  readonly acknowledged: readonly string[];
  readonly found: readonly string[];
} {
  return withStack(place, (stack, app) => {
    const acknowledged = acknowledgedFindings(stack, place.requireTls).flatMap(({ at, findings }) =>
      at.flatMap((path) => findings.map((finding) => `${path}, ${finding}`)),
    );
    const paths = [...new Set(acknowledged.map((line) => line.split(', ')[0] ?? ''))];
    const { violations } = new AwsSolutionsChecks(app).validateScope(stack);
    const found = violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => {
        const path = paths.find((each) => constructPath.startsWith(`${place.stackName}/${each}/`));
        return `${path ?? constructPath}, ${ruleName.replace('AwsSolutions-', '')}`;
      }),
    );
    return { acknowledged: acknowledged.sort(), found: found.sort() };
  });
}
