import { zipSync, strToU8 } from 'fflate';

/** The zip of a function of one file, `index.mjs`, as CreateFunction takes it. */
export function zippedFunction(source: string): Uint8Array {
  return zipSync({ 'index.mjs': strToU8(source) });
}
