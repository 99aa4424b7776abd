import { Hotp, Secret } from '@tidelock/otp';
import { expect, it } from 'vitest';
import { steamCode } from './steam-code.ts';

it.each([
  // Confirmed by Strongbox's own codes, as a public test of another reader of its files records them.
  [59, '2YXGV'],
  [1_111_111_109, 'CWDGV'],
  [1_700_000_000, '2KM2P'],
])('F5: the code at %i s is the one that another program shows', (at, code) => {
  expect(steamCode('JBSWY3DPEHPK3PXP', { at })).toBe(code);
  expect(steamCode(Secret.fromBase32('JBSWY3DPEHPK3PXP'), { at: new Date(at * 1000) })).toBe(code);
  expect(steamCode(Secret.fromBase32('JBSWY3DPEHPK3PXP').bytes, { at: at - (at % 30) })).toBe(code);
});

it('a time that is none is misuse', () => {
  for (const at of [NaN, -1, Date.UTC(2026), Infinity, new Date(NaN)]) {
    expect(() => steamCode('JBSWY3DPEHPK3PXP', { at })).toThrow(RangeError);
  }
  expect(() => steamCode('JBSWY3DPEHPK3PXP', { at: '59' as never })).toThrow(TypeError);
});

it('F5: five letters and eight digits of 500 steps are two views of the same 31 bits', () => {
  const alphabet = '23456789BCDFGHJKMNPQRTVWXY';
  const hotp = new Hotp('JBSWY3DPEHPK3PXP', { digits: 8 });
  for (let step = 0; step < 500; step++) {
    const letters = [...steamCode('JBSWY3DPEHPK3PXP', { at: step * 30 })];
    const written = letters.reduceRight((value, letter) => value * 26 + alphabet.indexOf(letter), 0);
    const candidates = Array.from({ length: 22 }, (_, k) => Number(hotp.generate(step)) + k * 1e8);
    expect(candidates.filter((value) => value < 2 ** 31 && value % 26 ** 5 === written)).toHaveLength(1);
  }
});
