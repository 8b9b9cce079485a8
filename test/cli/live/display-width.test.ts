import { describe, expect, it } from 'vitest';
import { cut, displayWidth, folded } from '../../../cli/live/display-width.ts';

describe('the columns that a text takes', () => {
  it.each([
    ['plain', 5],
    ['é', 1],
    ['e\u0301', 1],
    ['発行', 4],
    ['한글', 4],
    ['█░├─…→✓', 7],
    ['🚀', 2],
    ['', 0],
  ])('of %j are %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('are cut with an ellipsis, never in the middle of a wide character', () => {
    expect(cut('release', 7)).toBe('release');
    expect(cut('release', 4)).toBe('rel…');
    expect(cut('発行絵', 4)).toBe('発…');
    expect(cut('発行絵', 5)).toBe('発行…');
    expect(cut('ab', 1)).toBe('…');
    expect(cut('𝐀𝐁𝐂𝐃', 3)).toBe('𝐀𝐁…');
    expect(cut('e\u0301'.repeat(4), 3)).toBe('e\u0301e\u0301…');
    expect(cut('ab', 0)).toBe('');
  });

  it('are folded between words, in words that are too long, and cut at the last line', () => {
    expect(folded('all of it is here', 20, 3)).toEqual(['all of it is here']);
    expect(folded('all of it is here', 9, 3)).toEqual(['all of it', 'is here']);
    expect(folded('all of it is here', 10, 3)).toEqual(['all of it', 'is here']);
    expect(folded('unbreakable', 5, 3)).toEqual(['unbre', 'akabl', 'e']);
    expect(folded('one two three four', 5, 2)).toEqual(['one', 'two …']);
    expect(folded('発行絵文', 5, 3)).toEqual(['発行', '絵文']);
    expect(folded('', 5, 3)).toEqual([]);
  });
});
