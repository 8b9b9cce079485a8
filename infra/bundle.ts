import { build, type Metafile } from 'esbuild';
import { join } from 'node:path';
import { environments, type FunctionName } from '../functions/runtime/environment.ts';
import { shakeableSdk } from './shakeable-sdk.ts';

export const functionNames = Object.keys(environments) as readonly FunctionName[];

/**
 * A function finds its credentials in its environment; the SDK imports these other sources only when none are there.
 * With the clients that they bring along they would be an eighth of every bundle.
 */
const otherCredentials = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

const project = join(import.meta.dirname, '..');

/**
 * Bundles every function into `<folder>/<name of the function>/index.js`, a folder each, so that the hash of a function's
 * code changes only with what it holds. Returns esbuild's account of what went into each bundle.
 * Rejects where an entry file is missing or does not compile.
 */
export async function bundleFunctions(folder: string): Promise<Metafile> {
  const result = await build({
    absWorkingDir: project,
    entryPoints: Object.fromEntries(functionNames.map((name) => [`${name}/index`, `functions/${name}.ts`])),
    outdir: folder,
    bundle: true,
    minify: true,
    platform: 'node',
    // The local cloud runs functions on the Node of the machine, of which 20 is the oldest that we support.
    target: 'node20',
    // CommonJS, because the SDK's few remaining `require` calls would need a banner in an ES module.
    format: 'cjs',
    // The ES modules of the SDK and of zod can be shaken; what `main` names cannot.
    mainFields: ['module', 'main'],
    // What the package of yaml gives to Node is CommonJS; what it gives to browsers is the same as ES modules.
    alias: { yaml: join(project, 'node_modules/yaml/browser/dist/index.js') },
    plugins: [shakeableSdk],
    external: otherCredentials,
    // Line numbers without the text of the sources: stack traces stay readable, the maps a third of the size.
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
  });
  return result.metafile;
}
