import { stripVTControlCharacters } from 'node:util';
import { cut, displayWidth } from './display-width.ts';

/** What is drawn on: the part of a terminal from the cursor's line on. */
export interface Canvas {
  readonly size: () => Size;
  readonly write: (text: string) => void;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Some lines that change in place, below what the terminal showed before. */
export interface Screen {
  /** As many of the lines as the terminal has room for. No line may be as wide as the terminal. */
  readonly show: (lines: readonly string[]) => void;
  /** The terminal has another size now: what is there is drawn anew by the next `show`. */
  readonly resized: () => void;
  /** Leaves all of the lines there for good, and the cursor below them. */
  readonly end: (lines: readonly string[]) => void;
  /** Gives the cursor back at once, with the lines as they are: the process is about to end or to stand still. */
  readonly leave: () => void;
}

/**
 * The cursor rests at the beginning of the line below. Only lines that have changed are written, over what was there
 * and in one write, so that nothing flickers; the mode for synchronized updates is passed over by terminals without it.
 */
export function screen({ size, write }: Canvas): Screen {
  let drawn: readonly string[] = [];
  let hidesCursor = false;
  const draw = (lines: readonly string[]): void => {
    const changes = difference(drawn, lines);
    drawn = lines;
    if (changes === '' && hidesCursor) return;
    write(SYNCHRONIZED + (hidesCursor ? '' : HIDE_CURSOR) + changes + SHOWN);
    hidesCursor = true;
  };
  const leave = (): void => {
    drawn = [];
    if (hidesCursor) write(SHOW_CURSOR);
    hidesCursor = false;
  };
  return {
    show: (lines) => draw(fitted(lines, size())),
    resized: () => {
      if (drawn.length === 0) return;
      const { columns, rows } = size();
      // Most terminals fold lines that have become too long, which moves the first one up.
      const height = drawn.reduce((sum, line) => sum + heightOf(line, columns), 0);
      write(`${up(Math.min(height, rows - 1))}\r${ERASE_BELOW}`);
      drawn = [];
    },
    end: (lines) => {
      draw(lines);
      leave();
    },
    leave,
  };
}

/** The head says how it stands, and the end what is going on: what lies between them is left out first. */
function fitted(lines: readonly string[], { columns, rows }: Size): readonly string[] {
  const most = rows - 1;
  if (lines.length <= most) return lines;
  if (most <= FEWEST_FOR_BOTH) return lines.slice(0, Math.max(0, most));
  const tail = most - HEAD_LINES - 1;
  return [
    ...lines.slice(0, HEAD_LINES),
    cut(`… ${lines.length - HEAD_LINES - tail} lines more than fit`, columns - 1),
    ...lines.slice(-tail),
  ];
}

const HEAD_LINES = 3;
const FEWEST_FOR_BOTH = 6;

/** From the line below the old ones to the line below the new ones. */
function difference(before: readonly string[], after: readonly string[]): string {
  let row = before.length;
  let text = '';
  const to = (wanted: number): void => {
    text += wanted < row ? up(row - wanted) : down(wanted - row);
    row = wanted;
  };
  for (const [index, line] of after.entries()) {
    if (line === before[index]) continue;
    to(index);
    // Erased behind what is written, not before, so that no line is empty in between.
    text += `\r${line}${ERASE_TO_END}`;
    if (index >= before.length) {
      text += '\r\n';
      row += 1;
    }
  }
  if (row === after.length && text === '') return '';
  to(after.length);
  return `${text}\r${after.length < before.length ? ERASE_BELOW : ''}`;
}

function heightOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(displayWidth(stripVTControlCharacters(line)) / columns));
}

function up(lines: number): string {
  return lines > 0 ? `\u001B[${lines}A` : '';
}

function down(lines: number): string {
  return lines > 0 ? `\u001B[${lines}B` : '';
}

const SYNCHRONIZED = '\u001B[?2026h';
const SHOWN = '\u001B[?2026l';
const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const ERASE_TO_END = '\u001B[K';
const ERASE_BELOW = '\u001B[J';
