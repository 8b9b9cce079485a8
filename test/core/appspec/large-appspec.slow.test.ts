import { describe, expect, it } from 'vitest';
import { APPSPEC_BYTES, parseAppSpecText } from '../../../core/appspec/appspec.ts';

describe('the text of an AppSpec, up to its limit of bytes', () => {
  // The default timeout is the assertion: each of these hung, took quadratic time or ended the process in some parser.
  it.each(['[', '{a: ', '- ', '? ', '[{', '---\n', '&a\n', '"', '*a '])(
    'is answered in seconds though a stranger fills it with %j',
    (unit) => {
      const text =
        unit + unit.slice(-4).repeat(Math.floor((APPSPEC_BYTES - unit.length) / unit.slice(-4).length));
      expect(parseAppSpecText(text).status).toBe('invalid');
    },
  );

  it('is answered in seconds though it has many different keys', () => {
    const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}:`).join('\n');
    expect(parseAppSpecText(keys(12_000)).status).toBe('parsed');
    expect(parseAppSpecText(keys(14_000))).toMatchObject({
      message: expect.stringContaining('more than 25000 entries') as unknown,
    });
  });
});
