import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase32Words, encodeBase32 } from '../base32.ts';
import { hmacKey, layKey } from '../hash/hmac.ts';
import { sha1 } from '../hash/sha1.ts';
import { sha1Rolled } from '../hash/sha1-rolled.ts';
import { sha256 } from '../hash/sha256.ts';
import { sha512 } from '../hash/sha512.ts';
import { truncate } from '../truncate.ts';
import { fastSha1, fastSha256, fastSha512 } from './fast-hashes.ts';

const pairs = [
  { name: 'SHA1', plain: sha1, fast: fastSha1() },
  { name: 'SHA256', plain: sha256(), fast: fastSha256() },
  { name: 'SHA512', plain: sha512(), fast: fastSha512() },
];
const signed = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const edge = fc.oneof(signed, fc.constantFrom(-1, -2, -50, 0, 1, 2 ** 31 - 2, -(2 ** 31)));

describe.each(pairs)('the kernel of $name', ({ plain, fast }) => {
  /** Asked for as often as it takes to be made. */
  function warm(): void {
    const { states } = hmacKey(plain, new Uint8Array(20));
    const to = new Int32Array(4);
    for (let ask = 0; ask < 200; ask++) fast.truncateMany!(states, { high: 0, low: 0, count: 4 }, to);
    expect(fast.truncateMany!(states, { high: 0, low: 0, count: 4 }, to)).toBe(true);
  }

  it('gives what the plain hash gives, for any key, counter and length of the run', () => {
    warm();
    const key = fc.uint8Array({ maxLength: 200, size: 'max' });
    fc.assert(
      fc.property(key, edge, edge, fc.integer({ min: 1, max: 104 }), (bytes, high, low, count) => {
        const { states } = hmacKey(plain, bytes);
        const to = new Int32Array(104);
        expect(fast.truncateMany!(states, { high, low, count }, to)).toBe(true);
        for (let index = 0; index < count; index++) {
          const next = (low >>> 0) + index;
          const upper = (high + (next > 0xffffffff ? 1 : 0)) | 0;
          expect(to[index]).toBe(truncate({ hash: plain, states }, upper, next | 0));
        }
        expect(to.subarray(count).every((value) => value === 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('takes a key through its first blocks as the plain hash does', () => {
    warm();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), (bytes) => {
        expect(hmacKey(fast, bytes).states).toEqual(hmacKey(plain, bytes).states);
      }),
      { numRuns: 300 },
    );
  });
});

/** The whole steps of SHA-1, asked for as often as it takes. */
function wholeSteps() {
  const { whole } = fastSha1();
  for (let ask = 0; ask < 200; ask++) whole!.ask();
  return whole!.made()!;
}

it('a whole key and a whole code of SHA-1 are those of the plain one', () => {
  const whole = wholeSteps();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64, size: 'max' }), edge, edge, (bytes, high, low) => {
      const { states } = hmacKey(sha1, bytes);
      layKey(bytes, whole.keyBlock);
      const kept = whole.takeKey();
      expect(Int32Array.from(kept)).toEqual(states);
      expect(whole.truncate(kept, high, low)).toBe(truncate({ hash: sha1, states }, high, low));
    }),
    { numRuns: 500 },
  );
});

describe('base32 of up to 32 characters, read in the kernel', () => {
  const room = new Int32Array(16);
  const wordsOf = (text: string) => {
    room.fill(0x36363636);
    return decodeBase32Words(text, room) > 0 ? Array.from(room) : null;
  };

  it('is laid over the block as the plain way lays it, and leaves nothing for the next one', () => {
    const whole = wholeSteps();
    const bytes = fc.integer({ min: 1, max: 4 }).chain((groups) => {
      const length = groups * 5;
      return fc.uint8Array({ minLength: length, maxLength: length });
    });
    fc.assert(
      fc.property(bytes, fc.boolean(), (key, isSmall) => {
        const text = isSmall ? encodeBase32(key).toLowerCase() : encodeBase32(key);
        expect(whole.layText(text)).toBe(true);
        expect(Array.from(whole.keyBlock)).toEqual(wordsOf(text));
        expect(Int32Array.from(whole.takeKey())).toEqual(hmacKey(sha1, key).states);
      }),
      { numRuns: 1000 },
    );
  });

  it('is left to others, with nothing laid, where it has a length or a character that is not plain', () => {
    const whole = wholeSteps();
    const letters = fc.constantFrom(
      ...'AZaz27',
      ...'018@[`{=- \u0000\u0131\u0141\u00e9\u2010\ud800',
      '\u{1f511}',
    );
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 40, size: 'max' }), (text) => {
        if (whole.layText(text)) {
          expect(Array.from(whole.keyBlock)).toEqual(wordsOf(text));
          whole.takeKey();
        } else expect(whole.keyBlock.every((word) => word === 0x36363636)).toBe(true);
      }),
      { numRuns: 3000 },
    );
    const text = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    for (let at = 0; at < text.length; at++) {
      for (let unit = 0; unit < 0x180; unit++) {
        const changed = text.slice(0, at) + String.fromCharCode(unit) + text.slice(at + 1);
        const isPlain = /^[A-Z2-7]$/iu.test(changed[at]!) && unit < 128;
        if (whole.layText(changed) !== isPlain) expect.fail(`character ${unit} at ${at}`);
        whole.keyBlock.fill(0x36363636);
      }
    }
  });
});

it('C15 nothing of a key stays in the memory of the kernel: no word of it, of its states or of its schedule', () => {
  const whole = wholeSteps();
  const words = (length: number) => Int32Array.from({ length }, (_, at) => Math.imul(at + 7, 0x9e3779b1));
  const key = new Uint8Array(words(16).buffer);
  const states = hmacKey(sha1, key).states;
  const memory = new Int32Array(whole.keyBlock.buffer);
  layKey(key, whole.keyBlock);
  const laid = Array.from(whole.keyBlock);
  const kept = whole.takeKey();
  const holdsAny = (secret: ArrayLike<number>) => Array.from(secret).filter((word) => memory.includes(word));
  // The schedule adds a root to each word; the sixteen of the block are enough to know it by.
  const roots = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
  const text = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const isWiped = () => {
    expect(Buffer.from(memory.buffer).includes(text.slice(0, 8))).toBe(false);
    expect(Buffer.from(memory.buffer).includes(text.slice(24))).toBe(false);
    expect(holdsAny(laid)).toEqual([]);
    expect(holdsAny(states)).toEqual([]);
    for (const root of roots) expect(holdsAny(lastWords(laid).map((word) => (word + root) | 0))).toEqual([]);
    expect(whole.keyBlock.every((word) => word === 0x36363636)).toBe(true);
  };
  isWiped();
  whole.truncate(kept, 0, 1);
  isWiped();
  fastSha1().truncateMany!(kept, { high: 0, low: 1, count: 3 }, new Int32Array(3));
  isWiped();
  whole.layText(text);
  whole.takeKey();
  isWiped();
  for (const last of ['1', '\u00e9', '\u{1f511}']) {
    expect(whole.layText(text.slice(0, 32 - last.length) + last)).toBe(false);
    isWiped();
  }
});

/** The last sixteen words of the schedule of a block (FIPS 180-4 §6.1.2). */
function lastWords(block: readonly number[]): number[] {
  const w = [...block];
  for (let at = 16; at < 80; at++) {
    const x = w[at - 3]! ^ w[at - 8]! ^ w[at - 14]! ^ w[at - 16]!;
    w.push((x << 1) | (x >>> 31));
  }
  return w.slice(64);
}

it('the SHA-1 of the first blocks gives what the unrolled one gives, in one place and from one to another', () => {
  const words = (length: number) =>
    fc.array(signed, { minLength: length, maxLength: length }).map((each) => Int32Array.from(each));
  fc.assert(
    fc.property(words(16), words(10), (block, states) => {
      const [plain, rolled] = [states.slice(), states.slice()];
      sha1.compress(block, plain, 0, plain, 5);
      sha1.compress(block, plain, 5, plain, 5);
      sha1Rolled.compress(block, rolled, 0, rolled, 5);
      sha1Rolled.compress(block, rolled, 5, rolled, 5);
      expect(rolled).toEqual(plain);
    }),
    { numRuns: 300 },
  );
});
