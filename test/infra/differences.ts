import { readable, type Template } from './template.ts';

/** Where two templates differ, as "path of the construct property.property", sorted; a missing resource by its path. */
export function differences(one: Template, other: Template): string[] {
  const paths = new Set([...one.resources, ...other.resources].map((each) => each.path));
  const lines = [...paths].flatMap((path) => {
    const here = one.resources.find((each) => each.path === path);
    const there = other.resources.find((each) => each.path === path);
    if (here === undefined || there === undefined || here.type !== there.type) {
      return [path];
    }
    return within(readable(one, here.properties), readable(other, there.properties)).map(
      (property) => `${path} ${property}`,
    );
  });
  return lines.sort();
}

/** Lists of different length differ as a whole. */
function within(here: unknown, there: unknown): readonly string[] {
  if (JSON.stringify(here) === JSON.stringify(there)) {
    return [];
  }
  const lists = Array.isArray(here) && Array.isArray(there) && here.length !== there.length;
  if (!isContainer(here) || !isContainer(there) || lists || Array.isArray(here) !== Array.isArray(there)) {
    return [''];
  }
  const keys = new Set([...Object.keys(here), ...Object.keys(there)]);
  return [...keys].flatMap((key) =>
    within(here[key], there[key]).map((rest) => (rest === '' ? key : `${key}.${rest}`)),
  );
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
