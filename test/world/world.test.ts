import { runWorld } from '@tidelock/engine/testing';
import { describe, expect, test } from 'vitest';

const isSlow = process.env['TIDELOCK_TEST_SLOW'] === '1';
const wantedSeed = process.env['TIDELOCK_SEED'];
const worlds = isSlow ? 2000 : 100;
const worldsOfOneTest = 25;
const worldMinutesMax = 10;

/** @throws Error that names the seed and says how to see it again */
async function liveThrough(seed: number): Promise<Awaited<ReturnType<typeof runWorld>>> {
  try {
    return await runWorld(seed);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`In world ${seed}: ${what}\nSee it again: TIDELOCK_SEED=${seed} npm test -- test/world`, {
      cause,
    });
  }
}

if (wantedSeed !== undefined) {
  describe('the world that was asked for', () => {
    test(`the rules hold in world ${wantedSeed}`, { timeout: worldMinutesMax * 60_000 }, async () => {
      expect((await liveThrough(Number(wantedSeed))).calls).toBeGreaterThan(0);
    });
  });
} else {
  describe('weeks of people, thieves, crashes, wrong clocks and new keys', () => {
    const firsts = Array.from({ length: worlds / worldsOfOneTest }, (_, at) => 1 + at * worldsOfOneTest);

    test.each(firsts)(
      `F1 F2 F3 F4 A2 B7 C1 C13 C17 C22 C23 C24 S23 S30: the rules hold in the ${worldsOfOneTest} worlds from seed %i on`,
      { timeout: worldMinutesMax * 60_000 },
      async (first) => {
        const total = { accepted: 0, rejected: 0, locked: 0, inDoubt: 0, faults: 0 };
        for (let seed = first; seed < first + worldsOfOneTest; seed += 1) {
          const report = await liveThrough(seed);
          for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += report[name];
        }
        // A world in which nothing happens keeps every rule.
        for (const number of Object.values(total)) expect(number).toBeGreaterThan(100);
      },
    );

    test('the same seed is the same world, to the last bit, and another seed is another', async () => {
      const hashes = [];
      for (const seed of [7, 7, 8]) hashes.push((await liveThrough(seed)).traceHash);
      expect(hashes[1]).toBe(hashes[0]);
      expect(hashes[2]).not.toBe(hashes[0]);
    });
  });
}
