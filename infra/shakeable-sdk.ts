import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';

/**
 * Lets esbuild leave out the operations of an AWS client that a function does not call. The client's file of schemas
 * names their members by constants, `{ [_hH]: "Qualifier" }`; such a key might run code for all that esbuild knows, so
 * that it keeps every schema. With the constants' own texts in their place only those that are used remain: 45 KB less
 * for the client of Lambda alone.
 */
export const shakeableSdk: Plugin = {
  name: 'shakeable-sdk',
  setup(build) {
    build.onLoad(
      { filter: /@aws-sdk\/client-[a-z0-9-]+\/dist-es\/schemas\/schemas_\d+\.js$/ },
      async ({ path }) => ({
        contents: withLiteralKeys(await readFile(path, 'utf8')),
        loader: 'js',
      }),
    );
    // Of its own package.json, which esbuild would take whole, a client reads the version, for its user agent.
    build.onLoad({ filter: /@aws-sdk\/[a-z0-9-]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

export function withLiteralKeys(schemas: string): string {
  const texts = new Map(
    [...schemas.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm)].map(([, name = '', text = '']) => [name, text]),
  );
  return schemas.replaceAll(/\[(_\w+)\]:/g, (key, name: string) => {
    const text = texts.get(name);
    return text === undefined ? key : `[${text}]:`;
  });
}
