import { App } from 'aws-cdk-lib';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionNames } from '../../infra/bundle.ts';
import type { Place } from '../../infra/local-differences.ts';
import { SluiceStack } from '../../infra/sluice-stack.ts';
import { type Template, templateOf } from './template.ts';

/**
 * The template of a stack at the place, without the second that the bundles take and without validation, which
 * findings.slow.test.ts runs on the real app: the code of a function is a stand-in that says its name.
 */
export function synthesized(place: Place): Template {
  return withStack(place, (stack, app) => {
    return templateOf(app.synth().getStackArtifact(stack.artifactId).template);
  });
}

/** Lends the stack, which is complete but not acknowledged, for as long as its folder is there. */
export function withStack<Result>(place: Place, use: (stack: SluiceStack, app: App) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-synthesized-'));
  try {
    for (const name of functionNames) {
      mkdirSync(join(folder, 'code', name), { recursive: true });
      writeFileSync(join(folder, 'code', name, 'index.js'), name);
    }
    const app = new App({
      outdir: join(folder, 'assembly'),
      builtinCloudFormationValidation: false,
      context: { 'aws:cdk:enable-path-metadata': true, '@aws-cdk/aws-iam:minimizePolicies': true },
    });
    const stack = new SluiceStack(app, { place, bundleFolder: join(folder, 'code') });
    return use(stack, app);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
