import { limits } from './limits.ts';

/** Refuses an options object that is none, or that has a key which nobody reads: a misspelt option must not pass in silence. */
export function assertOptions(options: object, known: readonly string[], owner: string): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`The options of ${owner} must be an object: { ${known.join(', ')} }.`);
  }
  for (const key in options) {
    let place = 0;
    // Quicker than `includes`: most calls name the first.
    while (place < known.length && known[place] !== key) place++;
    if (place === known.length) {
      throw new TypeError(
        `${owner} has no option ${JSON.stringify(key.slice(0, 40))}. It has: ${known.join(', ')}.`,
      );
    }
  }
}

/** Refuses what is not a whole number between the two bounds, both included. */
export function assertWhole(value: number, name: string, min: number, max: number): void {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not a ${typeof value}.`);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be a whole number from ${min} to ${max}.`);
  }
}

/** Refuses a number of digits that no app shows: 6, 7 and 8 are left. */
export function assertDigits(digits: number): void {
  assertWhole(digits, 'digits', limits.digitsMin, limits.digitsMax);
}

/** Refuses what is no text, or holds half of a surrogate pair, of which UTF-8 would make something else. */
export function assertWellFormed(text: string, name: string): void {
  if (typeof text !== 'string') throw new TypeError(`${name} must be a string, not a ${typeof text}.`);
  if (/[\uD800-\uDFFF]/u.test(text)) throw new RangeError(`${name} must be well-formed Unicode.`);
}

/** Bytes of this realm or another: a test runner or a frame has a `Uint8Array` of its own, which `instanceof` does not know. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]';
}
