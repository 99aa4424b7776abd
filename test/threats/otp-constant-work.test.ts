import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Otp from '../../packages/otp/src/index.ts';

/**
 * The library with a count in every block function: in each of those in JavaScript, and at each call of a kernel, for all of its
 * lanes, or for the two blocks of a whole key or code. The sources are changed as they are bundled, so that nothing in what is shipped knows of a test.
 */
const counted = new Map([
  [
    /function (sha1Compress|sha1RolledCompress|sha256Compress|sha512Rounds)\(([\s\S]*?)\): void \{/,
    '$&\n  globalThis.countedBlocks += 1;',
  ],
  [/this\.#(takeKey|hashCounter)\(/g, '(globalThis.countedBlocks += 2, this.#$1)('],
  [/this\.#run\(/g, '(globalThis.countedBlocks += this.#plan.lanes, this.#run)('],
] as const);
const counter = globalThis as unknown as { countedBlocks: number };

let folder: string;
let otp: typeof Otp;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidelock-counted-'));
  let places = 0;
  const built = await rolldown({
    input: fileURLToPath(new URL('../../packages/otp/src/index.ts', import.meta.url)),
    logLevel: 'silent',
    plugins: [
      {
        name: 'count blocks',
        transform(code) {
          let changed = code;
          for (const [pattern, replacement] of counted) {
            changed = changed.replace(pattern, (...match: string[]) => {
              places++;
              return replacement.replace('$&', match[0]!).replace('$1', match[1]!);
            });
          }
          return changed;
        },
      },
    ],
  });
  const { output } = await built.generate({ format: 'esm' });
  // Three functions, three calls of a kernel for one block, and two for two: who adds a way to hash has to count it here.
  expect(places).toBe(8);
  writeFileSync(join(folder, 'otp.mjs'), output[0].code);
  counter.countedBlocks = 0;
  otp = (await import(pathToFileURL(join(folder, 'otp.mjs')).href)) as typeof Otp;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function blocksOf(work: () => unknown): number {
  const before = counter.countedBlocks;
  work();
  return counter.countedBlocks - before;
}

describe.each(['SHA1', 'SHA256', 'SHA512'] as const)(
  'OTP-16 the work of a verification with %s',
  (algorithm) => {
    const at = 1_700_000_000;
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

    /** Every right code of a window, two that are spent, a wrong one: the block counts, each once. */
    function counts(): Set<number> {
      const totp = new otp.Totp(secret, { algorithm });
      const present = totp.stepAt(at);
      const codes = totp.generateRange({ first: present - 4, count: 9 });
      return new Set(
        codes.flatMap((code) => [
          blocksOf(() => totp.verify(code, { at, window: 3 })),
          blocksOf(() => totp.verify(code, { at, window: 3, after: present })),
          blocksOf(() => totp.verify('000000', { at, window: 3, after: present + 9 })),
        ]),
      );
    }

    test('does not depend on whether or where a code matched, nor on what is spent; neither before the kernel nor with it', () => {
      const cold = counts();
      expect([...cold]).toEqual([14]);
      for (let round = 0; round < 100; round++) new otp.Totp(secret, { algorithm }).verify('000000', { at });
      const warm = counts();
      // Four lanes compute eight for seven counters.
      expect([...warm]).toEqual([algorithm === 'SHA512' ? 14 : 16]);
    });

    test('of one code, and of a key, is two blocks each, whatever they are; neither before the kernel nor with it', () => {
      const one = () => {
        let totp = new otp.Totp(secret, { algorithm });
        const key = blocksOf(() => (totp = new otp.Totp(secret, { algorithm })));
        const codes = totp.generateRange({ first: totp.stepAt(at) - 1, count: 3 });
        const strict = codes.map((code) => blocksOf(() => totp.verify(code, { at, window: 0 })));
        return new Set([key, blocksOf(() => totp.generate({ at })), ...strict]);
      };
      const cold = one();
      for (let round = 0; round < 100; round++) new otp.Totp(secret, { algorithm }).verify('000000', { at });
      expect([...cold, ...one()]).toEqual([2, 2]);
    });

    test('a look-ahead and a resynchronisation do all of theirs', () => {
      const hotp = new otp.Hotp(secret, { algorithm });
      const codes = hotp.generateRange({ first: 0, count: 103 });
      const lookAhead = codes.map((code) =>
        blocksOf(() => hotp.verify(code, { counter: 0, lookAhead: 100 })),
      );
      expect(new Set(lookAhead).size).toBe(1);
      const resynchronise = codes
        .slice(1)
        .map((code, index) => blocksOf(() => hotp.resynchronise([codes[index]!, code], { counter: 0 })));
      resynchronise.push(blocksOf(() => hotp.resynchronise(['000000', '999999'], { counter: 0 })));
      expect(new Set(resynchronise).size).toBe(1);
      expect(lookAhead[0]).toBeGreaterThanOrEqual(202);
    });

    test('what is no code costs none', () => {
      const totp = new otp.Totp(secret, { algorithm });
      for (const code of ['', '12345', '1234567', '12345a'])
        expect(blocksOf(() => totp.verify(code, { at }))).toBe(0);
    });
  },
);
