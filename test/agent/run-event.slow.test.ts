import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { eventOutput } from '../../agent/event-output.ts';
import { runEvent } from '../../agent/run-event.ts';
import { specificationShape } from '../../core/hosts/specification.ts';
import { aSpecification } from './signed-specification.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-event-'));
const HOURS = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

it('An event whose host is set to another time has all of its time still', async () => {
  const archive = join(folder, 'group-1', 'd-ABCDEFGHI', 'deployment-archive');
  mkdirSync(archive, { recursive: true });
  writeFileSync(
    join(archive, 'appspec.yml'),
    'version: 0.0\nos: linux\nhooks:\n  AfterInstall:\n    - location: short.sh\n    - location: long.sh\n',
  );
  writeFileSync(join(archive, 'short.sh'), '#!/bin/sh\n', { mode: 0o755 });
  // Longer than the least that is left to a script.
  writeFileSync(join(archive, 'long.sh'), '#!/bin/sh\nsleep 1.5\n', { mode: 0o755 });
  vi.useFakeTimers({ toFake: ['Date'] });
  const said = await runEvent(
    {
      rootFolder: folder,
      filesRoot: '/',
      mostRevisions: 5,
      deploymentId: 'd-ABCDEFGHI',
      deploymentGroupId: 'group-1',
      name: 'AfterInstall',
      specification: specificationShape.parse(aSpecification()),
    },
    {
      output: eventOutput(join(folder, 'out.log')),
      stop: new AbortController().signal,
      started: async () => void vi.setSystemTime(Date.now() + 2 * HOURS),
      ended: async () => undefined,
    },
  );
  expect(said).toBe('Succeeded');
}, 30_000);
