import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(import.meta.dirname, '..');
const DEFAULT_FILE = join(project, 'dist', 'sluice-agent.cjs');

/** Bundles the agent of hosts into one file, which needs nothing but Node 20 or later beside it. */
export async function buildAgent(outfile: string = DEFAULT_FILE): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  await build({
    absWorkingDir: project,
    entryPoints: ['agent/main.ts'],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    define: { AGENT_VERSION: JSON.stringify(version) },
    legalComments: 'none',
    logLevel: 'error',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAgent();
  console.log(DEFAULT_FILE);
}
