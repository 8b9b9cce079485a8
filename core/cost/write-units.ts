/** An item of a table, flat as ours are. */
export type FlatItem = Readonly<Record<string, string | number>>;

/** A write is billed by whole kilobytes of the item, whichever is larger of the one before it and the one after. */
const UNIT_BYTES = 1024;

/** A transaction prepares each of its items and then commits it; one that is only checked is billed alike. */
const UNITS_IN_A_TRANSACTION = 2;

/** DynamoDB's write request units of one item of a transaction. */
export function transactionalWriteUnits(bytes: number): number {
  return UNITS_IN_A_TRANSACTION * Math.max(1, Math.ceil(bytes / UNIT_BYTES));
}

/** The size of an item by the rules of DynamoDB's developer guide: names and values, text as UTF-8. */
export function itemBytes(item: FlatItem): number {
  return Object.entries(item).reduce(
    (bytes, [name, value]) =>
      bytes + textBytes(name) + (typeof value === 'string' ? textBytes(value) : numberBytes(value)),
    0,
  );
}

/** A whole number takes a byte, and another for each two digits; zeros at its end, by twos, take none. */
function numberBytes(value: number): number {
  let significant = Math.abs(value);
  if (significant === 0) return 1;
  while (significant % 100 === 0) significant /= 100;
  return 1 + Math.ceil(String(significant).length / 2);
}

function textBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
