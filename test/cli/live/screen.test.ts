import { describe, expect, it } from 'vitest';
import { type Screen, screen } from '../../../cli/live/screen.ts';
import { type VirtualScreen, virtualScreen } from '../../support/virtual-screen.ts';

interface Drawn extends Screen {
  readonly terminal: VirtualScreen;
  /** What was written since it was asked last. */
  readonly written: () => string;
}

/** With a prompt and a command above, as a shell leaves them. */
function drawn(columns: number, rows: number): Drawn {
  const terminal = virtualScreen(columns, rows);
  terminal.write('$ sluice watch\n');
  let text = '';
  const write = (more: string): void => {
    text += more;
    terminal.write(more);
  };
  const written = (): string => {
    const news = text;
    text = '';
    return news;
  };
  return { ...screen({ size: terminal.size, write }), terminal, written };
}

const numbered = (count: number, word = 'line') =>
  Array.from({ length: count }, (_, index) => `${word} ${index + 1}`);

describe('the screen', () => {
  it('shows lines below what was there, with the cursor hidden below them', () => {
    const { show, terminal } = drawn(20, 10);
    show(['one', 'two']);
    expect(terminal.lines()).toEqual(['$ sluice watch', 'one', 'two']);
    expect(terminal.cursor()).toEqual({ row: 3, column: 0, isVisible: false });
  });

  it('writes the lines that have changed and no others, in one synchronized update', () => {
    const { show, written, terminal } = drawn(20, 10);
    show(['one', 'two', 'three']);
    written();
    show(['one', 'zwei', 'three']);
    const update = written();
    expect(update.startsWith('\u001B[?2026h') && update.endsWith('\u001B[?2026l')).toBe(true);
    expect(update).toContain('zwei');
    expect(update).not.toMatch(/one|three/);
    expect(terminal.lines()).toEqual(['$ sluice watch', 'one', 'zwei', 'three']);
    expect(terminal.cursor().row).toBe(4);
  });

  it('writes nothing where nothing has changed', () => {
    const { show, written } = drawn(20, 10);
    show(['one']);
    written();
    show(['one']);
    expect(written()).toBe('');
  });

  it('never erases a line before it writes it, nor the whole screen', () => {
    const { show, written } = drawn(20, 10);
    show(['one', 'two']);
    show(['1', '2', '3']);
    show(['1']);
    const all = written();
    for (const erasing of ['[2J', '[3J', '[H', '[2K', '[1K']) expect(all).not.toContain(erasing);
  });

  it.each([
    [
      ['a', 'b'],
      ['a', 'b', 'c'],
    ],
    [['a', 'b', 'c'], ['a']],
    [
      ['a', 'b', 'c'],
      ['x', 'b', 'y', 'z'],
    ],
    [
      ['long line', 'b'],
      ['l', 'b'],
    ],
    [['a', 'b'], []],
  ])('turns %j into %j', (before, after) => {
    const { show, terminal } = drawn(20, 10);
    show(before);
    show(after);
    expect(terminal.lines()).toEqual(['$ sluice watch', ...after]);
    expect(terminal.cursor()).toMatchObject({ row: 1 + after.length, column: 0 });
  });

  it('goes on at the bottom of the terminal, where lines go off at the top', () => {
    const { show, terminal } = drawn(20, 4);
    terminal.write('$ ls\nfile\n$ sluice watch\n');
    show(['a', 'b']);
    show(['a', 'b', 'c']);
    show(['A', 'b', 'C']);
    expect(terminal.lines()).toEqual(['A', 'b', 'C']);
    expect(terminal.everything()).toEqual([
      '$ sluice watch',
      '$ ls',
      'file',
      '$ sluice watch',
      'A',
      'b',
      'C',
    ]);
  });

  it('leaves out the middle of what is taller than the terminal, and has all of it at the end', () => {
    const { show, end, terminal } = drawn(20, 8);
    show(numbered(12));
    expect(terminal.lines()).toEqual([
      'line 1',
      'line 2',
      'line 3',
      '… 6 lines more tha…',
      'line 10',
      'line 11',
      'line 12',
    ]);
    show(numbered(13));
    end(numbered(14));
    expect(terminal.everything()).toEqual(['$ sluice watch', ...numbered(14)]);
    expect(terminal.cursor()).toMatchObject({ column: 0, isVisible: true });
  });

  it('shows the head alone where there is room for nothing else', () => {
    const { show, terminal } = drawn(20, 4);
    show(numbered(12));
    expect(terminal.lines()).toEqual(['line 1', 'line 2', 'line 3']);
  });

  it('draws anew when the terminal has become narrower and has folded the lines, or wider', () => {
    const { show, resized, terminal } = drawn(20, 12);
    show(['a line that is long', 'short', 'another long line']);
    terminal.resize(10, 12);
    resized();
    show(['a line th', 'short', 'another l']);
    expect(terminal.lines()).toEqual(['$ sluice w', 'atch', 'a line th', 'short', 'another l']);
    terminal.resize(20, 12);
    resized();
    show(['a line that is long', 'short', 'another long line']);
    expect(terminal.lines().slice(2)).toEqual(['a line that is long', 'short', 'another long line']);
    expect(terminal.cursor()).toEqual({ row: 5, column: 0, isVisible: false });
  });

  it('draws what still fits when the terminal has become lower', () => {
    const { show, resized, terminal } = drawn(20, 12);
    show(numbered(9));
    terminal.resize(20, 8);
    resized();
    show(numbered(9));
    expect(terminal.lines()).toEqual([
      'line 1',
      'line 2',
      'line 3',
      '… 3 lines more tha…',
      'line 7',
      'line 8',
      'line 9',
    ]);
  });

  it('leaves the last lines at the end, and the cursor where a prompt comes below them', () => {
    const { show, end, terminal } = drawn(20, 10);
    show(['a', 'b']);
    end(['a', 'c']);
    terminal.write('$ ');
    expect(terminal.lines()).toEqual(['$ sluice watch', 'a', 'c', '$']);
    expect(terminal.cursor()).toEqual({ row: 3, column: 2, isVisible: true });
  });

  it('gives the cursor back when it is left, and goes on below when it is returned to', () => {
    const { show, leave, terminal } = drawn(20, 10);
    show(['a', 'b']);
    leave();
    expect(terminal.cursor()).toEqual({ row: 3, column: 0, isVisible: true });
    terminal.write('[1]+ Stopped\n$ fg\n');
    show(['a', 'c']);
    expect(terminal.lines()).toEqual(['$ sluice watch', 'a', 'b', '[1]+ Stopped', '$ fg', 'a', 'c']);
    expect(terminal.cursor().isVisible).toBe(false);
  });
});
