import {
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of this test alone, gone when it is done. To be called within a test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-agent-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** All that is below a folder: paths with their kind, mode and content. */
export function snapshot(folder: string, prefix = ''): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const stats = lstatSync(path);
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isSymbolicLink()) found[`${prefix}${name}`] = `-> ${readlinkSync(path)}`;
    else if (stats.isDirectory()) {
      found[`${prefix}${name}`] = `folder ${mode}`;
      Object.assign(found, snapshot(path, `${prefix}${name}/`));
    } else found[`${prefix}${name}`] = `${mode} ${readFileSync(path, 'utf8')}`;
  }
  return found;
}
