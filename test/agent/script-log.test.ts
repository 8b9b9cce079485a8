import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventOutput } from '../../agent/event-output.ts';
import { scriptLog } from '../../agent/script-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NOW = Date.parse('2026-11-25T08:00:00.123Z');

function aHost() {
  const rootFolder = temporaryFolder();
  const of = (deploymentId: string) => ({ rootFolder, deploymentGroupId: 'group', deploymentId });
  const shared = join(rootFolder, 'deployment-logs');
  const own = (deploymentId: string) => join(rootFolder, 'group', deploymentId, 'logs');
  return { rootFolder, of, shared, own };
}

describe('the log of scripts', () => {
  it('has each line with its time, of one deployment and of all', async () => {
    const { rootFolder, of, shared, own } = aHost();
    for (const id of ['d-1', 'd-2']) {
      const output = eventOutput(join(rootFolder, 'out'), { log: scriptLog(of(id), () => NOW) });
      output.note('Script - run.sh');
      output.write('stdout', Buffer.from('one\ntw'));
      output.write('stdout', Buffer.from('o'));
      expect(await output.close()).toBeUndefined();
    }
    expect(readFileSync(join(own('d-2'), 'scripts.log'), 'utf8').split('\n')).toEqual([
      '2026-11-25T08:00:00.123Z Script - run.sh',
      '2026-11-25T08:00:00.123Z [stdout]one',
      '2026-11-25T08:00:00.123Z [stdout]two',
      '',
    ]);
    const all = readFileSync(join(shared, 'sluice-agent-deployments.log'), 'utf8').split('\n');
    expect(all).toHaveLength(7);
    expect(all[5]).toBe('2026-11-25T08:00:00.123Z [d-2] [stdout]two');
  });

  it('turns over when it is full, and keeps the newest files of each', () => {
    const { of, shared, own } = aHost();
    const log = scriptLog(of('d-1'), () => NOW, 100);
    for (let line = 1; line <= 30; line += 1) log([`[stdout]${'x'.repeat(30)}${line}`]);
    expect(readdirSync(own('d-1')).sort()).toEqual(['scripts.log', 'scripts.log.1']);
    expect(readdirSync(shared)).toHaveLength(8);
    const newest = readFileSync(join(shared, 'sluice-agent-deployments.log'), 'utf8');
    expect(newest).toContain('x30\n');
    expect(newest.length).toBeLessThanOrEqual(100);
    expect(readFileSync(join(own('d-1'), 'scripts.log.1'), 'utf8')).toContain('x29\n');
  });

  it('that cannot be written fails nothing, and is told at the end', async () => {
    const { rootFolder, of, own } = aHost();
    const output = eventOutput(join(rootFolder, 'out'), { log: scriptLog(of('d-1'), () => NOW) });
    mkdirSync(join(own('d-1'), 'scripts.log'));
    output.write('stderr', Buffer.from('all the same\n'));
    expect(output.tail()).toEqual(['[stderr]all the same']);
    expect(await output.close()).toContain('EISDIR');
    expect(readFileSync(output.path, 'utf8')).toBe('all the same\n');
  });
});
