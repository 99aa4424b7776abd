import { expect, it } from 'vitest';
import { hashOf } from './algorithm.ts';
import { codeStates, keepStates } from './code-key.ts';
import type { Hash } from './hash/hash.ts';
import { sha1 } from './hash/sha1.ts';
import { OtpError } from './otp-error.ts';
import { secretBytes, Secret, type SecretLike } from './secret.ts';

const text = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const sources: readonly SecretLike[] = [
  text,
  'gezd gnbv gy3t qojq gezd gnbv gy3t qojq',
  Secret.fromBase32(text),
  new Uint8Array(64).fill(7),
  new Uint8Array(65).fill(7),
];

it.each(['SHA1', 'SHA256', 'SHA512'] as const)(
  'kept states of %s are those that a code is computed with, before the kernel and with it',
  (algorithm) => {
    const hash = hashOf(algorithm);
    const check = () => {
      for (const source of sources) {
        const states = Array.from(codeStates(source, hash, secretBytes));
        expect(Array.from(keepStates(source, hash, secretBytes))).toEqual(states);
      }
    };
    check();
    for (let ask = 0; ask < 200; ask++) hash.whole?.ask();
    expect(hash.whole?.made() === null).toBe(false);
    check();
  },
);

it('C15 nothing of a secret stays in the room, nor in the block of the kernel where the text is none', () => {
  const rooms = new Set<Int32Array>();
  const watched: Hash = {
    ...sha1,
    compress(block, from, fromAt, to, toAt) {
      rooms.add(to).add(block);
      sha1.compress(block, from, fromAt, to, toAt);
    },
  };
  const kept = keepStates(text, watched, secretBytes);
  expect(Array.from(kept).some((word) => word !== 0)).toBe(true);
  const contents = new Set([...rooms].flatMap((room) => [...room]));
  expect(contents).toEqual(new Set([0, 0x36363636, 0x5c5c5c5c]));

  const hash = hashOf('SHA1');
  for (let ask = 0; ask < 200; ask++) hash.whole!.ask();
  const { keyBlock } = hash.whole!.made()!;
  expect(() => keepStates(`${text}1`, hash, secretBytes)).toThrow(OtpError);
  expect(() => keepStates(`${text.slice(0, 31)}1`, hash, secretBytes)).toThrow(OtpError);
  expect(keyBlock.every((word) => word === 0x36363636)).toBe(true);
});
