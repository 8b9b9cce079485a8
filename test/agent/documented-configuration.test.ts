import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Configuration, readConfiguration } from '../../agent/configuration.ts';
import { aSigner } from './signed-specification.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-documented-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: object): Configuration {
  const path = join(folder, 'agent.yml');
  writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
  return readConfiguration(path);
}

/** Each key with its default, as docs/hosts.md has them. */
function documented(): ReadonlyMap<string, string> {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'hosts.md'), 'utf8');
  const [, section = ''] = text.split("#### The configuration of Sluice's agent\n");
  const rows = (section.split('**On a laptop**')[0] ?? '').matchAll(/^\| `(\w+)` \| (.+?) \|/gm);
  return new Map([...rows].map(([, key = '', value = '']) => [key, value.replaceAll('`', '')]));
}

describe('the table of the keys of agent.yml in docs/hosts.md', () => {
  it('has all of them, and no others', () => {
    expect(() => read({ unknown_key: 1 })).toThrow(
      `unknown_key: unknown here. The agent knows ${[...documented().keys()].join(', ')}.`,
    );
  });

  it('names the defaults', () => {
    const { rootFolder, filesRoot, secondsBetweenPolls, mostRevisions } = read({
      deploy_control_endpoint: 'https://sluice.example.com/hosts/secret',
      host_identifier: 'arn:aws:iam::111122223333:user/web-1',
      specification_certificate: aSigner().certificate,
    });
    const table = documented();
    const keys = ['root_dir', 'files_root', 'wait_between_runs', 'max_revisions'];
    expect(keys.map((key) => table.get(key))).toEqual(
      [rootFolder, filesRoot, secondsBetweenPolls, mostRevisions].map(String),
    );
  });
});
