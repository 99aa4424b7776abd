import { expect, test } from 'vitest';
import { nodePlatform } from '../platform/node-crypto.ts';
import { enrollAccount, openTestTidelock } from '../testing/enrolled-account.ts';

test('CRYP-11 SESS-02 LIFE-15 every id, ticket, proof and token is 128 bits of its own from the random source', async () => {
  const drawn: string[] = [];
  const random = {
    bytes(count: number) {
      const bytes = nodePlatform.random.bytes(count);
      drawn.push(Buffer.from(bytes).toString('base64url'));
      return bytes;
    },
  };
  const world = openTestTidelock({ random, policy: { trustedBrowserDays: 1 } });
  const alice = await enrollAccount(world);
  const ticket = await alice.ticket();
  const verdict = await world.tidelock.verify('alice', { code: alice.code(), ticket, trustBrowser: true });
  if (verdict.outcome !== 'accepted') throw new Error(verdict.outcome);
  const tokens = [alice.factorId, ticket, verdict.proof, verdict.trustToken!];
  for (const token of tokens) {
    const value = token.slice(token.indexOf('_') + 1);
    expect(Buffer.from(value, 'base64url')).toHaveLength(16);
    expect(drawn.filter((bytes) => bytes === value)).toHaveLength(1);
  }
});

test('OTP-06 OTP-07 secrets come whole from the random source, and their bits are even', async () => {
  let drawn = 0;
  const ones = Array.from({ length: 160 }, () => 0);
  const count = 4_000;
  const random = {
    bytes(length: number) {
      const bytes = nodePlatform.random.bytes(length);
      if (length === 20) {
        drawn += 1;
        for (let bit = 0; bit < 160; bit += 1) ones[bit]! += (bytes[bit >> 3]! >> (bit & 7)) & 1;
      }
      return bytes;
    },
  };
  const { tidelock } = openTestTidelock({ random });
  const secrets = await Promise.all(
    Array.from({ length: count }, async (_, user) => (await tidelock.totp.enroll(`user-${user}`)).secret),
  );
  expect([drawn, new Set(secrets).size]).toEqual([count, count]);
  // Chi-square of 160 even bits has a mean of 160 and a deviation of 18: 300 is beyond chance.
  const chiSquare = ones.reduce((sum, one) => sum + (one - count / 2) ** 2 / (count / 4), 0);
  expect(chiSquare).toBeLessThan(300);
});
