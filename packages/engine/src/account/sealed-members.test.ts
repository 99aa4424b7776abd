import { expect, test } from 'vitest';
import { createVault, sealingKeyId, type SealedFor } from '../vault.ts';
import { keyRing } from '../platform/key-ring.ts';
import { nodePlatform } from '../platform/node-crypto.ts';
import { fullAccount } from '../testing/full-account.ts';
import { testKeys } from '../testing/enrolled-account.ts';
import type { Account } from './account.ts';
import { mapSealed, unknownSealed, type SealedMember } from './sealed-members.ts';

/** A record that has everything, and the sealed texts in it. */
async function seal() {
  const { id, account } = await fullAccount();
  const text = JSON.stringify(account);
  const matches = text.matchAll(/"(1\.[A-Za-z0-9_-]{1,32}\.[A-Za-z0-9_-]{38,})"/g);
  return { id, account, envelopes: [...matches].map((match) => match[1]!) };
}

function membersOf(account: Account): SealedMember[] {
  const members: SealedMember[] = [];
  mapSealed(account, (member) => {
    members.push(member);
    return member.sealed;
  });
  return members;
}

test('C17 CRYP-05 every sealed text of a record that has everything is visited, once', async () => {
  const { account, envelopes } = await seal();
  const members = membersOf(account);
  expect(members.map(({ sealed }) => sealed).toSorted()).toEqual(envelopes.toSorted());
  // Whoever seals something new says here how many of it a full record has: the compiler asks for it.
  const purposes: { readonly [Purpose in SealedMember['purpose']]: number } = {
    secret: 3,
    'backup-codes': 1,
    contacts: 1,
    'mailed-code': 1,
  };
  for (const [purpose, count] of Object.entries(purposes))
    expect(members.filter((member) => member.purpose === purpose)).toHaveLength(count);
  expect(Math.min(...Object.values(purposes))).toBeGreaterThan(0);
});

test('each is visited with what it is bound to: it opens there', async () => {
  const { id, account } = await seal();
  const vault = createVault(keyRing(testKeys), nodePlatform);
  for (const { holder, purpose, sealed } of membersOf(account)) {
    const place: SealedFor = { id, holder, purpose };
    expect(vault.open(sealed, place).outcome, purpose).toBe('opened');
  }
});

test('a record of which nothing is changed stays the same object', async () => {
  const { account } = await seal();
  expect(mapSealed(account, ({ sealed }) => sealed)).toBe(account);
});

test('a text that nobody visits is found by its form, wherever it stands, and free text is not taken for one', async () => {
  const { account, envelopes } = await seal();
  const strange = envelopes[0]!.replace(/^1\.[^.]+/, '1.old');
  const known = new Set(envelopes);
  expect(unknownSealed(account, known)).toEqual([]);
  expect(unknownSealed({ ...account, later: { codes: [{ sealed: strange }] } }, known)).toEqual(['old']);
  expect(unknownSealed({ factors: [{ label: strange }] }, known)).toEqual([]);
  expect(sealingKeyId(strange)).toBe('old');
  for (const none of ['1.old.short', '2.old.' + 'A'.repeat(40), `${strange}.x`, 'text'])
    expect(sealingKeyId(none), none).toBeNull();
});
