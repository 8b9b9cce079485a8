import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acknowledgeFindings } from './acknowledged-findings.ts';
import { bundleFunctions } from './bundle.ts';
import { localCloud, type Place, realAccount } from './local-differences.ts';
import { SluiceStack } from './sluice-stack.ts';

/**
 * Fills the app, which is then to be synthesized, with one stack, as its context says: `stackName` (default Sluice), `local` (for the local cloud),
 * `timeScale` (default 1; only together with `local`), `reservedConcurrency` (`none` for an account with a small quota),
 * `eventSource` (default sluice.codedeploy) and `gitHubBaseUrl` (of a GitHub Enterprise Server, as https://github.example.com/api/v3). Two stacks of different names can live in one account.
 */
export async function sluiceApp(app: App): Promise<SluiceStack> {
  const usual = placeOf(app);
  const place = {
    ...usual,
    reservesConcurrency: reservesConcurrency(app),
    eventSource: eventSource(app) ?? usual.eventSource,
    gitHubBaseUrl: gitHubBaseUrl(app) ?? usual.gitHubBaseUrl,
  };
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  // The code is copied into the cloud assembly while the stack is built, so that the bundles are not needed afterwards.
  const bundleFolder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));
  try {
    await bundleFunctions(bundleFolder);
    const stack = new SluiceStack(app, { place, bundleFolder });
    acknowledgeFindings(stack, place.requireTls);
    return stack;
  } finally {
    rmSync(bundleFolder, { recursive: true });
  }
}

function placeOf(app: App): Place {
  const stackName = setting(app, 'stackName') ?? 'Sluice';
  const timeScale = setting(app, 'timeScale');
  if (setting(app, 'local') === 'true') {
    return localCloud(stackName, Number(timeScale ?? 1));
  }
  if (timeScale !== undefined) {
    throw new Error('timeScale shortens deployments: it is only for the local cloud (--context local=true).');
  }
  return realAccount(stackName);
}

/** Only `none` can be said: what else somebody means by it must not be ignored. */
function reservesConcurrency(app: App): boolean {
  const wanted = setting(app, 'reservedConcurrency');
  if (wanted === undefined || wanted === 'none') return wanted === undefined;
  throw new Error(`reservedConcurrency can only be "none", not ${wanted}.`);
}

/** EventBridge takes no event of such a source, and what it does not take holds up all that is published. */
function eventSource(app: App): string | undefined {
  const wanted = setting(app, 'eventSource');
  if (wanted === undefined || (wanted !== '' && !wanted.startsWith('aws.'))) return wanted;
  throw new Error(`eventSource must be a name that does not begin with "aws.", not "${wanted}".`);
}

/** The token goes there, so that it must not go in plain sight; only a stand-in on this machine may do without. */
function gitHubBaseUrl(app: App): string | undefined {
  const wanted = setting(app, 'gitHubBaseUrl');
  if (wanted === undefined || /^https:\/\/[^/]|^http:\/\/127\.0\.0\.1[:/]/.test(wanted)) return wanted;
  throw new Error(`gitHubBaseUrl must begin with https://, not be "${wanted}".`);
}

/** A member of the context as text, as it comes from the command line; from cdk.json it may be of another type. */
function setting(app: App, key: string): string | undefined {
  const value: unknown = app.node.tryGetContext(key);
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value);
}
