/** A demonstration that does not show what it is to show has failed. */
export function expect(so: boolean, what: string): void {
  if (!so) throw new Error(`The demonstration failed: it was to show that ${what}.`);
}
