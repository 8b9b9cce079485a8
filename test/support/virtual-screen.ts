import { displayWidth } from '../../cli/live/display-width.ts';

/** What a terminal of some size shows of all that was written to it. It knows what the live tree uses, and nothing else. */
export interface VirtualScreen {
  readonly write: (text: string) => void;
  /** Folds lines that have become too long, as most terminals do. */
  readonly resize: (columns: number, rows: number) => void;
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** The lines of the screen, without the spaces and the empty lines at their ends. */
  readonly lines: () => readonly string[];
  /** What has gone off at the top, and the screen. */
  readonly everything: () => readonly string[];
  /** The cells of the screen, for whoever wants to see the colours. */
  readonly cells: () => readonly (readonly Cell[])[];
  readonly cursor: () => { readonly row: number; readonly column: number; readonly isVisible: boolean };
  /** How often a text has reached the edge and went on in the line below. */
  readonly wraps: () => number;
}

export interface Cell {
  /** Empty beside a wide character. */
  readonly character: string;
  /** The parameters of SGR that are in force, such as "1" for bold. */
  readonly style: string;
}

// eslint-disable-next-line no-control-regex -- these are what it is about.
const TOKENS = /\u001B\[([?\d;]*)([A-Za-z])|[^]/gu;
// eslint-disable-next-line no-control-regex
const UNFINISHED = /\u001B(?:\[[?\d;]*)?$/;

const BLANK: Cell = { character: ' ', style: '' };

export function virtualScreen(columns: number, rows: number): VirtualScreen {
  let size = { columns, rows };
  let above: (readonly Cell[])[] = [];
  let screen: Cell[][] = [[]];
  let row = 0;
  let column = 0;
  let style = '';
  let isVisible = true;
  let wraps = 0;
  let unfinished = '';

  const newLine = (): void => {
    row += 1;
    screen[row] ??= [];
    while (screen.length > size.rows) {
      above.push(screen.shift() ?? []);
      row -= 1;
    }
  };
  const put = (character: string): void => {
    const width = displayWidth(character);
    if (width === 0) return;
    if (column + width > size.columns) {
      wraps += 1;
      column = 0;
      newLine();
    }
    const line = (screen[row] ??= []);
    while (line.length < column) line.push(BLANK);
    line[column] = { character, style };
    if (width === 2) line[column + 1] = { character: '', style };
    column += width;
  };
  const control = (parameters: string, final: string): void => {
    const count = Math.max(1, Number(parameters) || 0);
    if (final === 'A') row = Math.max(0, row - count);
    else if (final === 'B') {
      row = Math.min(size.rows - 1, row + count);
      while (screen.length <= row) screen.push([]);
    } else if (final === 'K') screen[row] = (screen[row] ?? []).slice(0, column);
    else if (final === 'J') {
      screen[row] = (screen[row] ?? []).slice(0, column);
      screen = screen.slice(0, row + 1);
    } else if (final === 'm') style = parameters === '0' ? '' : parameters;
    else if (parameters === '?25') isVisible = final === 'h';
    else if (parameters !== '?2026') throw new Error(`not known: ESC [ ${parameters} ${final}`);
  };

  return {
    write: (more) => {
      const text = unfinished + more;
      // Texts come in pieces that may end anywhere.
      unfinished = UNFINISHED.exec(text)?.[0] ?? '';
      for (const [token, parameters, final] of text
        .slice(0, text.length - unfinished.length)
        .matchAll(TOKENS)) {
        if (final !== undefined) control(parameters ?? '', final);
        else if (token === '\r') column = 0;
        else if (token === '\n') {
          // A terminal's driver adds the return.
          column = 0;
          newLine();
        } else if (token < ' ' || token === '\u007F') throw new Error(`not known: ${JSON.stringify(token)}`);
        else put(token);
      }
    },
    resize: (toColumns, toRows) => {
      const folded = screen.map((line) => foldedLine(line, toColumns));
      row = folded.slice(0, row).reduce((sum, parts) => sum + parts.length, 0);
      screen = folded.flat();
      size = { columns: toColumns, rows: toRows };
      const over = Math.max(0, Math.max(screen.length, row + 1) - toRows);
      above = [...above, ...screen.slice(0, over)];
      screen = screen.slice(over);
      row -= over;
      column = Math.min(column, toColumns - 1);
    },
    size: () => size,
    lines: () => shown(screen),
    everything: () => shown([...above, ...screen]),
    cells: () => screen,
    cursor: () => ({ row, column, isVisible }),
    wraps: () => wraps,
  };
}

function foldedLine(line: readonly Cell[], columns: number): Cell[][] {
  const parts: Cell[][] = [];
  for (let start = 0; start === 0 || start < line.length; start += columns) {
    parts.push(line.slice(start, start + columns));
  }
  return parts;
}

function shown(lines: readonly (readonly Cell[])[]): readonly string[] {
  const texts = lines.map((line) =>
    line
      .map(({ character }) => character)
      .join('')
      .trimEnd(),
  );
  return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1);
}
