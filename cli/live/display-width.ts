/**
 * How many columns a terminal takes for the text, and never fewer: of emoji that are joined from several characters it
 * counts every one, since terminals differ there.
 */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The text where it fits, else its beginning with an ellipsis, in `width` columns at most. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return width < 1 ? '' : `${beginning(text, width - 1)}…`;
}

/** In lines of `width` columns, broken between words where that can be; what is beyond `mostLines` is cut. */
export function folded(text: string, width: number, mostLines: number): readonly string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest !== '' && lines.length < mostLines - 1 && displayWidth(rest) > width) {
    const most = beginning(rest, width);
    if (most === '') break;
    const space = rest.charAt(most.length) === ' ' ? most.length : most.lastIndexOf(' ');
    const line = space > 0 ? rest.slice(0, space) : most;
    lines.push(line.trimEnd());
    rest = rest.slice(line.length).trimStart();
  }
  return rest === '' ? lines : [...lines, cut(rest, width)];
}

/** As many whole characters as fit. */
function beginning(text: string, width: number): string {
  let left = width;
  let end = 0;
  for (const character of text) {
    left -= widthOf(character);
    if (left < 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function widthOf(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (NO_WIDTH.test(character)) return character === EMOJI_STYLE ? 1 : 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Makes an emoji of the narrow character before it. */
const EMOJI_STYLE = '\uFE0F';

const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** The blocks whose characters are wide or fullwidth (Unicode Standard Annex 11), and emoji. */
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]$/u;
