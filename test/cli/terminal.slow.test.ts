import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

describe('a reader that has left', () => {
  it.each(['--help', 'watch 2>&1'])('ends sluice %s quietly, and not as a success', async (words) => {
    const script = `node cli/sluice.mjs ${words} | true; echo "\${PIPESTATUS[0]}"`;
    expect(await run('bash', ['-c', script])).toEqual({ stdout: '141\n', stderr: '' });
  });
});
