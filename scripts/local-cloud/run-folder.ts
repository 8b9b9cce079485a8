import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of one run, so that several runs do not meet, with everything that must be gone afterwards. */
export interface RunFolder {
  readonly path: string;
  /** TMPDIR of all that we start. */
  readonly temporary: string;
  readonly remove: () => void;
}

/**
 * It is outside of the project: the emulator writes its Node workers as CommonJS into TMPDIR, and below a package.json
 * of type "module" none of them would start.
 */
export function makeRunFolder(): RunFolder {
  const path = mkdtempSync(join(tmpdir(), 'sluice-'));
  const temporary = join(path, 'tmp');
  mkdirSync(temporary);
  writeFileSync(join(path, 'package.json'), '{"type":"commonjs"}\n');
  const remove = (): void => {
    process.off('exit', remove);
    // A few attempts, because what has just been killed may still be writing.
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.on('exit', remove);
  return { path, temporary, remove };
}
