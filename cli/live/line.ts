import { oneLine } from '../lines.ts';
import { cut, displayWidth } from './display-width.ts';

/** A line of the tree: pieces of text, each in one tone. */
export type Line = readonly Piece[];

export interface Piece {
  /** Without control characters. */
  readonly text: string;
  readonly tone?: Tone;
}

export type Tone = 'good' | 'bad' | 'busy' | 'warning' | 'quiet' | 'strong';

/** How lines are written. */
export interface Look {
  /** Columns that a line may take. */
  readonly width: number;
  /** Where there is room for no more lines, details are left out; without it for any number. */
  readonly rows?: number;
  readonly colours: boolean;
}

/** All text of the tree comes through here, whoever wrote it: nothing in it can steer the terminal. */
export function piece(text: string, tone?: Tone): Piece {
  return tone === undefined ? { text: oneLine(text) } : { text: oneLine(text), tone };
}

/** The line as a terminal takes it, cut to the width and without spaces at its end. */
export function written(line: Line, { width, colours }: Look): string {
  const end = line.findLastIndex(({ text }) => text.trim() !== '');
  let left = width;
  let text = '';
  for (const [index, { text: given, tone }] of line.slice(0, end + 1).entries()) {
    const whole = index === end ? given.trimEnd() : given;
    // An ellipsis has ended the line.
    if (left <= 0) break;
    const shown = cut(whole, left);
    left = shown === whole ? left - displayWidth(shown) : 0;
    text += colours && tone !== undefined && shown !== '' ? `${SGR[tone]}${shown}${PLAIN}` : shown;
  }
  return text;
}

/** Of the sixteen colours that every theme sets for its own background; neither black nor white, and no background. */
const SGR: Readonly<Record<Tone, string>> = {
  good: '\u001B[32m',
  bad: '\u001B[31m',
  busy: '\u001B[36m',
  warning: '\u001B[33m',
  quiet: '\u001B[2m',
  strong: '\u001B[1m',
};
const PLAIN = '\u001B[0m';
