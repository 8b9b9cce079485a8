import { App } from 'aws-cdk-lib';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionNames } from '../../infra/bundle.ts';
import type { Place } from '../../infra/local-differences.ts';
import { SluiceStack } from '../../infra/sluice-stack.ts';
import type { Resource, Template } from './template.ts';

/**
 * The template of a stack at the place, without the second that the bundles take and without validation, which
 * findings.test.ts runs on the real app: the code of a function is a stand-in that says its name.
 */
export function synthesized(place: Place): Template {
  return withStack(place, (stack, app) => {
    const { template } = app.synth().getStackArtifact(stack.artifactId) as { template: RawTemplate };
    return {
      outputs: template.Outputs,
      resources: Object.entries(template.Resources).map(([logicalId, raw]) => resource(logicalId, raw)),
    };
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

interface RawResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: { readonly 'aws:cdk:path'?: string };
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

interface RawTemplate {
  readonly Resources: Readonly<Record<string, RawResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

function resource(logicalId: string, raw: RawResource): Resource {
  const path = raw.Metadata?.['aws:cdk:path'] ?? logicalId;
  return {
    logicalId,
    // "Sluice/Workflows/AdmitRole/Resource" is known as "Workflows/AdmitRole".
    path: path
      .split('/')
      .slice(1)
      .join('/')
      .replace(/\/(Resource|Default)$/, ''),
    type: raw.Type,
    properties: raw.Properties ?? {},
    dependsOn: [raw.DependsOn ?? []].flat(),
    ...(raw.DeletionPolicy === undefined ? {} : { deletionPolicy: raw.DeletionPolicy }),
  };
}
