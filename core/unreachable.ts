/** Ends every switch on a union: the compiler refuses it while a member is not handled. */
export function unreachable(value: never): never {
  throw new Error(`not handled: ${JSON.stringify(value)}`);
}
