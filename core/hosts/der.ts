/** The few forms of ASN.1 that a signed envelope needs, written in DER: each value is its tag, its length and its content. */
export type Der = Uint8Array<ArrayBuffer>;

export function sequence(...parts: readonly Uint8Array[]): Der {
  return tagged(0x30, ...parts);
}

/** In the order that DER demands of a set: by the bytes of its members. */
export function setOf(...parts: readonly Uint8Array[]): Der {
  return tagged(0x31, ...parts.toSorted(byBytes));
}

/** `[number]`, around a whole value. */
export function explicit(number: number, ...parts: readonly Uint8Array[]): Der {
  return tagged(0xa0 + number, ...parts);
}

/** `[number]` in the place of the value's own tag. */
export function implicit(number: number, value: Uint8Array): Der {
  const replaced = new Uint8Array(value);
  replaced[0] = 0xa0 + number;
  return replaced;
}

/** A non-negative integer from its bytes, the most significant first. */
export function integer(...bytes: readonly number[]): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first === -1 ? [0] : bytes.slice(first);
  const isNegativeByItself = (significant[0] ?? 0) >= 0x80;
  return tagged(0x02, new Uint8Array(isNegativeByItself ? [0, ...significant] : significant));
}

export function octets(content: Uint8Array): Der {
  return tagged(0x04, content);
}

export function bits(content: Uint8Array, unused = 0): Der {
  return tagged(0x03, new Uint8Array([unused]), content);
}

export function utf8(text: string): Der {
  return tagged(0x0c, new TextEncoder().encode(text));
}

export const yes: Der = new Uint8Array([0x01, 0x01, 0xff]);
export const nothing: Der = new Uint8Array([0x05, 0x00]);

/** As `1.2.840.113549`. */
export function objectIdentifier(text: string): Der {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  return tagged(0x06, new Uint8Array([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): readonly number[] {
  const bytes = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

/** To the second. `iso` is its text in ISO 8601; from 2050 on the year has four digits. */
export function time(iso: IsoTime): Der {
  const digits = `${iso.slice(0, 19).replace(/\D/g, '')}Z`;
  const isShort = iso < '2050';
  return tagged(isShort ? 0x17 : 0x18, new TextEncoder().encode(isShort ? digits.slice(2) : digits));
}

/** `2026-11-25T08:00:00…` in UTC. */
export type IsoTime = string;

export function concatenated(parts: readonly Uint8Array[]): Der {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function tagged(tag: number, ...parts: readonly Uint8Array[]): Der {
  const content = concatenated(parts);
  return concatenated([new Uint8Array([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 + bytes.length, ...bytes];
}

function byBytes(one: Uint8Array, other: Uint8Array): number {
  const at = one.findIndex((byte, index) => byte !== other[index]);
  return at === -1 ? one.length - other.length : (one[at] ?? 0) - (other[at] ?? -1);
}
