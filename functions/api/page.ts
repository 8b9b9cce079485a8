import * as z from 'zod';
import { Refusal } from '../../core/refusal.ts';
import type { System } from '../runtime/system.ts';

/** No request carries a size, and the service documents none. */
export const PAGE_SIZE = 100;

/** Which list a token belongs to: the operation and all that narrows it. */
export interface Listing {
  readonly operation: string;
  readonly filters: readonly (string | number | readonly string[] | undefined)[];
}

/**
 * The position behind which a page begins, undefined for the first. A token holds a position and a digest of it and its
 * listing, nothing else: it never says what is read, so that one that was altered, or comes from another listing,
 * can at most be refused. Throws InvalidNextTokenException.
 */
export function positionOf(system: System, listing: Listing, token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const read = sealed.safeParse(jsonOf(Buffer.from(token, 'base64url').toString('utf8')));
  if (!read.success || sealedText(system, listing, read.data[0]) !== token) throw invalid();
  return read.data[0];
}

/** The page that ends at this position; without one it is the last, which carries no token. */
export function nextTokenOf(
  system: System,
  listing: Listing,
  position: string | undefined,
): { readonly nextToken?: string } {
  return position === undefined ? {} : { nextToken: sealedText(system, listing, position) };
}

const sealed = z.tuple([z.string(), z.string()]);

function sealedText(system: System, { operation, filters }: Listing, position: string): string {
  // Undefined becomes null in a list, which no filter is.
  const digest = system.sha256(JSON.stringify([operation, filters, position]));
  return Buffer.from(JSON.stringify([position, digest])).toString('base64url');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(): Refusal {
  return new Refusal(
    'InvalidNextTokenException',
    'The nextToken is invalid. Pass the one of the page before, with the same operation and filters.',
  );
}
