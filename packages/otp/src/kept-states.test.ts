import { expect, it } from 'vitest';
import { hashOf } from './algorithm.ts';
import { codeStates } from './code-key.ts';
import { keepStates, openStates, restStates } from './kept-states.ts';
import { secretBytes } from './secret.ts';
import { Totp } from './totp.ts';

const text = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

it.each(['SHA1', 'SHA256', 'SHA512'] as const)('kept states of %s come back as they were', (algorithm) => {
  const hash = hashOf(algorithm);
  const states = codeStates(text, hash, secretBytes);
  const kept = keepStates(text, hash, secretBytes);
  expect(openStates(kept)).toEqual(states);
  restStates();
  expect(openStates(kept)).toEqual(states);
  restStates();
});

it('C15 nothing of a secret stays in the room, whatever was done with it, not even where it failed', () => {
  // The room is one: what is opened from zeros is the room itself.
  const room = openStates([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const isWiped = () => room.every((word) => word === 0);
  const totp = new Totp(text);
  expect(isWiped()).toBe(true);
  const [one, two] = totp.generateRange({ first: 3, count: 2 });
  expect(isWiped()).toBe(true);
  totp.verify(totp.generate({ at: 59 }), { at: 59 });
  expect(isWiped()).toBe(true);
  totp.generateNext({ at: 59 });
  totp.resynchronise([one!, two!], { at: 59 });
  expect(isWiped()).toBe(true);
  expect(() => totp.verify('123456', { at: -1 })).toThrow(RangeError);
  expect(isWiped()).toBe(true);
});
