import { type Piece, type Tone, piece, written } from '../live/line.ts';
import type { Finding } from './finding.ts';

/** "✓ sweep: came 12s ago"; what is to be done stands on a line of its own, so that a command in it can be copied. */
export function findingLines(finding: Finding, colours: boolean): readonly string[] {
  const { level, check, words } = finding;
  const { glyph, tone } = SIGNS[level];
  const line = (pieces: readonly Piece[]) => written(pieces, { width: Infinity, colours });
  return [
    line([
      piece(`${glyph} `, tone),
      piece(`${check}: `, 'strong'),
      piece(words, level === 'green' ? undefined : tone),
    ]),
    ...(finding.level === 'green' ? [] : [line([piece(`    ${finding.remedy}`)])]),
  ];
}

const SIGNS: Readonly<Record<Finding['level'], { readonly glyph: string; readonly tone: Tone }>> = {
  green: { glyph: '✓', tone: 'good' },
  yellow: { glyph: '!', tone: 'warning' },
  red: { glyph: '✗', tone: 'bad' },
};
