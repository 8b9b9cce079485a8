import { rowKeys } from '../core/views/row-keys.ts';
import type { RowReader } from '../functions/adapters/row-reader.ts';

/** Whoever mistypes an id mostly means one that was made lately. */
const LOOKED_AT = 50;
const MOST_SHOWN = 3;
/** Of eleven characters: a slip or two, and an l for a 1. */
const MOST_DIFFERENCES = 3;

/** Of the newest deployments those whose ids look like this one, the nearest first. */
export async function nearIds(reader: RowReader, id: string): Promise<readonly string[]> {
  const { rows } = await reader.query({ pk: rowKeys.deploymentInList(0, '').pk, limit: LOOKED_AT });
  return rows
    .map(({ data }) => (JSON.parse(data) as { readonly deploymentId: string }).deploymentId)
    .map((known) => ({ known, differences: unlikeness(known.toUpperCase(), id.toUpperCase()) }))
    .filter((near) => near.differences <= MOST_DIFFERENCES)
    .sort((one, other) => one.differences - other.differences)
    .slice(0, MOST_SHOWN)
    .map(({ known }) => known);
}

/** Less than so many characters begin too many ids. */
const SHORTEST_BEGINNING = 'd-AB'.length;

/** An id that was not copied whole is as good as one with a slip. */
function unlikeness(known: string, id: string): number {
  return id.length >= SHORTEST_BEGINNING && known.startsWith(id) ? 1 : differences(known, id);
}

/** How many characters must be put in, taken out or replaced to make one of the other. */
function differences(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [row, character] of [...one].entries()) {
    const current = [row + 1];
    for (const [column, wanted] of [...other].entries()) {
      const replaced = (above[column] ?? 0) + (character === wanted ? 0 : 1);
      const shifted = Math.min(above[column + 1] ?? 0, current[column] ?? 0) + 1;
      current.push(Math.min(replaced, shifted));
    }
    above = current;
  }
  return above.at(-1) ?? 0;
}
