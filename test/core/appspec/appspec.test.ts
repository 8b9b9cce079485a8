import { describe, expect, it } from 'vitest';
import { APPSPEC_BYTES, parseAppSpecText } from '../../../core/appspec/appspec.ts';

function messageOf(text: string): string {
  const reading = parseAppSpecText(text);
  expect(reading).toMatchObject({ status: 'invalid', code: 'INVALID_REVISION' });
  return reading.status === 'invalid' ? reading.message : '';
}

describe('the text of an AppSpec', () => {
  it('becomes a tree that knows its places', () => {
    expect(parseAppSpecText('a:\n  - 1\n  - b\n')).toEqual({
      status: 'parsed',
      root: {
        type: 'map',
        at: { line: 1, column: 1 },
        entries: [
          {
            key: 'a',
            at: { line: 1, column: 1 },
            value: {
              type: 'list',
              at: { line: 2, column: 3 },
              items: [
                { type: 'scalar', value: 1, at: { line: 2, column: 5 } },
                { type: 'scalar', value: 'b', at: { line: 3, column: 5 } },
              ],
            },
          },
        ],
      },
    });
  });

  it('may begin with a byte order mark', () => {
    expect(parseAppSpecText('\uFEFF{"a": 1}').status).toBe('parsed');
  });

  it.each([
    ['a: [1', /line 1, column \d/],
    ['{"version": 0.0,\n "Resources": [}', /line 2, column 16/],
    ['a: b\n c: d', /line 1, column 4/],
    ['a: 1\nb: 2\na: 3', /the key "a" occurs twice at line 3, column 1/],
    ['{"a": 1, "a": 2}', /occurs twice at line 1, column 10/],
    ['a: 1\n---\nb: 2', /second document begins at line 2/],
    ['a: *nowhere', /nowhere/],
    ['? [a]\n: 1', /a key is a map or a list/],
  ])('that is no document is an invalid revision: %j', (text, message) => {
    expect(messageOf(text)).toMatch(message);
  });

  it('may have 102,400 bytes of UTF-8, and not one more', () => {
    const longest = `a: ${'é'.repeat((APPSPEC_BYTES - 4) / 2)}b`;
    expect(new TextEncoder().encode(longest).length).toBe(102_400);
    expect(parseAppSpecText(longest).status).toBe('parsed');
    expect(messageOf(`${longest}b`)).toContain('larger than 102400 bytes');
  });

  it('may be 32 levels deep, and not one more', () => {
    expect(parseAppSpecText('['.repeat(32) + ']'.repeat(32)).status).toBe('parsed');
    expect(messageOf('['.repeat(34) + ']'.repeat(34))).toContain('nested deeper than 32 levels');
  });

  it('cannot multiply itself through aliases', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    expect(messageOf(`l0: &l0 lol\n${levels.join('\n')}`)).toContain('more than 20 aliases');
    expect(messageOf('a: &a [*a]')).toMatch(/aliases|deeper/);
    const wide = `a: &a [${'1,'.repeat(9000)}]\nb: [*a, *a, *a]`;
    expect(messageOf(wide)).toContain('more than 25000 entries');
  });
});
