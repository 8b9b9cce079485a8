import { createHash } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Copies a cloud assembly, as a later release of Sluice would be: other code in every function, a variable more in its
 * environment, and other definitions of the workflows. Each asset that differs has another hash, as is CDK's rule.
 */
export function nextRelease(assembly: string, folder: string): string {
  cpSync(assembly, folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.startsWith('asset.')) {
      change(path);
      renameSync(path, join(folder, rehashed(name)));
    } else if (/^manifest\.json$|\.(template|assets)\.json$/.test(name)) {
      const text = rehashed(readFileSync(path, 'utf8'));
      writeFileSync(path, name.endsWith('.template.json') ? withVariable(text) : text);
    }
  }
  return folder;
}

function change(asset: string): void {
  if (statSync(asset).isDirectory()) {
    const entry = join(asset, 'index.js');
    writeFileSync(entry, `${readFileSync(entry, 'utf8')}\n// the next release\n`);
  } else {
    const definition = JSON.parse(readFileSync(asset, 'utf8')) as object;
    writeFileSync(asset, JSON.stringify({ ...definition, Comment: NEXT }));
  }
}

/** Stands in the definition of a workflow of the next release. */
export const NEXT = 'The workflow of the next release.';

function rehashed(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{64}\b/g, (hash) => {
    return createHash('sha256').update(`${hash} of the next release`).digest('hex');
  });
}

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly Environment?: { Variables?: Record<string, unknown> } };
}

function withVariable(text: string): string {
  const template = JSON.parse(text) as { readonly Resources: Readonly<Record<string, Resource>> };
  for (const { Type, Properties } of Object.values(template.Resources)) {
    const variables = Properties?.Environment?.Variables;
    if (Type === 'AWS::Lambda::Function' && variables !== undefined) variables['OF_THE_NEXT_RELEASE'] = 'yes';
  }
  return JSON.stringify(template);
}
