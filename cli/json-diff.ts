/**
 * How one JSON value becomes another, as the lines of both: "- " before those that go, "+ " before those that come and
 * two spaces before those that stay.
 */
export function jsonDiff(before: unknown, after: unknown): readonly string[] {
  const old = linesOf(before);
  const next = linesOf(after);
  const common = longestCommon(old, next);
  const lines: string[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < next.length) {
    if (at < old.length && to < next.length && old[at] === next[to]) {
      lines.push(`  ${old[at]}`);
      at += 1;
      to += 1;
    } else if (to === next.length || (at < old.length && common(at + 1, to) >= common(at, to + 1))) {
      lines.push(`- ${old[at]}`);
      at += 1;
    } else {
      lines.push(`+ ${next[to]}`);
      to += 1;
    }
  }
  return lines;
}

function linesOf(value: unknown): readonly string[] {
  return value === undefined ? [] : JSON.stringify(value, undefined, 2).split('\n');
}

/** How many lines the two have in common from there on. A policy of IAM has some hundred lines, so that a table does. */
function longestCommon(old: readonly string[], next: readonly string[]): (at: number, to: number) => number {
  const lengths: number[][] = [];
  const length = (at: number, to: number): number => lengths[at]?.[to] ?? 0;
  for (let at = old.length - 1; at >= 0; at -= 1) {
    const row: number[] = [];
    lengths[at] = row;
    for (let to = next.length - 1; to >= 0; to -= 1) {
      row[to] =
        old[at] === next[to] ? length(at + 1, to + 1) + 1 : Math.max(length(at + 1, to), length(at, to + 1));
    }
  }
  return length;
}
