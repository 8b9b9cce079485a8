import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const text = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

/** How deep the script lies in the template. */
const MARGIN = /^ {18}/gm;

it('An instance of the template boots with the unit of the agent', () => {
  expect(text('docs/templates/instance.yaml').replaceAll(MARGIN, '')).toContain(
    text('agent/sluice-agent.service'),
  );
});
