import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CannotDo } from '../../../cli/command.ts';
import { MARK, linesOf, withSection } from '../../../cli/profile/config-text.ts';

const ours = { name: 'profile sluice', lines: [MARK, 'region = eu-north-1'] };
const written = `[profile sluice]\n${MARK}\nregion = eu-north-1\n`;

describe('a section of a config file', () => {
  it.each([
    ['', written],
    ['[default]\nregion = us-east-1\n', `[default]\nregion = us-east-1\n\n${written}`],
    ['[default]\nregion = us-east-1', `[default]\nregion = us-east-1\n\n${written}`],
    ['[default]\r\n', `[default]\r\n\r\n${written.replaceAll('\n', '\r\n')}`],
  ])('is added at the end of %j', (text, expected) => {
    expect(withSection(text, ours)).toBe(expected);
  });

  it('takes the place of the one that was written before, and of nothing else', () => {
    const before = '# mine\n[default]\nregion=x\n\n';
    const after = '\n# about work\n\n[profile work]\nregion = y\n';
    const old = `[ profile  "sluice" ]\n${MARK}\nregion = us-east-1\nservices = s\n`;
    expect(withSection(`${before}${old}${after}`, ours)).toBe(`${before}${written}${after}`);
  });

  it('is left alone where it is not ours', () => {
    const refused = (text: string) => () => withSection(text, ours);
    for (const text of [
      '[profile sluice]\nregion = us-east-1\n',
      `[profile sluice]\nregion = us-east-1\n${MARK}\n`,
      '[profile sluice]\n',
      `${written}[profile "sluice"]\nregion = us-east-1\n`,
    ]) {
      expect(refused(text)).toThrow(CannotDo);
      expect(refused(text)).toThrow('[profile sluice] already that sluice did not write');
    }
  });

  it('is not what a value looks like', () => {
    const text = '[default]\ns3 =\n  [profile sluice]\n';
    expect(withSection(text, ours)).toBe(`${text}\n${written}`);
  });

  it('is read without the comments that follow it', () => {
    const text = '[default]\n# why\nregion = x\ns3 =\n  a = b\n\n# next\n[profile work]\n';
    expect(linesOf(text, 'default')).toEqual(['# why', 'region = x', 's3 =', '  a = b']);
    expect(linesOf(text, 'profile work')).toEqual([]);
    expect(linesOf(text, 'profile play')).toBeUndefined();
  });

  const line = fc.oneof(
    fc.constantFrom(
      '',
      '# a comment',
      '; another',
      '[default]',
      '[profile work]',
      '[profile sluices]',
      's3 =',
    ),
    fc.constantFrom(
      'region = x',
      '  max = 1',
      '\t# indented',
      '[services sluice] # ours',
      '[',
      'a[b]',
      '\u00fc = \u00e4',
    ),
  );
  const text = fc
    .array(line)
    .chain((lines) => fc.constantFrom('\n', '\r\n').map((end) => lines.map((one) => one + end).join('')));

  it('leaves everything else as it was, wherever it lies, and is written once only', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const once = withSection(before, ours);
        expect(once.startsWith(before)).toBe(true);
        expect(withSection(once, ours)).toBe(once);
        const next = { ...ours, lines: [MARK, 'region = elsewhere', 'services = sluice'] };
        const rest = `[profile after]\n${after}`;
        const changed = withSection(`${once}${rest}`, next);
        expect(changed.startsWith(before)).toBe(true);
        expect(changed.endsWith(rest)).toBe(true);
        expect(linesOf(changed, ours.name)).toEqual(next.lines);
      }),
    );
  });
});
