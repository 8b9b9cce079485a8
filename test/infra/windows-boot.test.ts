import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('The boot script for Windows lets the agent run until its new configuration is whole', () => {
  const template = readFileSync(join(import.meta.dirname, '../../docs/templates/instance.yaml'), 'utf8');
  const commands = template.match(/\b(?:WriteAllLines|(?:Stop|Start|Restart)-Service|Move-Item)\b/g);
  expect(commands).toEqual(['WriteAllLines', 'Move-Item', 'Restart-Service']);
});
