import { expect, test } from 'vitest';
import { createVault, sealingKeyId, type SealedFor } from '../vault.ts';
import { keyRing } from '../platform/key-ring.ts';
import { nodePlatform } from '../platform/node-crypto.ts';
import { fullAccount } from '../testing/full-account.ts';
import { testKeys } from '../testing/enrolled-account.ts';
import { plainAccount, plainTotp } from '../testing/plain-context.ts';
import { unknownAccount, type Account } from './account.ts';
import type { BackupCodeSet } from './backup-codes.ts';
import type { MailedCode } from './mailed-code.ts';
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

test('C17 each text takes the place of its own, and what was not changed stays the same object', () => {
  const account: Account = plainAccount({
    factors: [plainTotp(), plainTotp({ id: 'fct_b' })],
    backupCodes: { id: 'bcs_0', sealedHashes: 'codes' } as BackupCodeSet,
    contacts: { id: 'con_0', sealed: 'book', changesFreeAt: 3 },
    mailedCodes: [mailed('cod_0'), mailed('cod_1')],
  });
  const renewed = (purpose: string, holder?: string) =>
    mapSealed(account, (member) =>
      member.purpose === purpose && (holder ?? member.holder) === member.holder ? 'new' : member.sealed,
    );
  const [first, second] = account.factors;
  expect(renewed('secret', 'fct_b')).toEqual({
    ...account,
    factors: [first, { ...second, sealedSecret: 'new' }],
  });
  expect(renewed('secret', 'fct_b').factors[0]).toBe(first);
  expect(renewed('backup-codes')).toEqual({ ...account, backupCodes: { id: 'bcs_0', sealedHashes: 'new' } });
  expect(renewed('contacts')).toEqual({
    ...account,
    contacts: { id: 'con_0', sealed: 'new', changesFreeAt: 3 },
  });
  expect(renewed('mailed-code', 'recover rcv_0 cod_1')).toEqual({
    ...account,
    mailedCodes: [mailed('cod_0'), { ...mailed('cod_1'), sealedHash: 'new' }],
  });
  expect(renewed('mailed-code', 'recover rcv_0 cod_1').mailedCodes[0]).toBe(account.mailedCodes[0]);
  expect(mapSealed(unknownAccount, () => 'new')).toBe(unknownAccount);
});

test('a sealed text is found eight levels deep, and free text by its name alone', () => {
  const strange = `1.old.${'A'.repeat(40)}`;
  const nest = (levels: number): unknown => (levels === 0 ? strange : { inner: nest(levels - 1) });
  expect(unknownSealed(nest(8), new Set())).toEqual(['old']);
  expect(unknownSealed(nest(9), new Set())).toEqual([]);
  for (const name of ['label', 'actor', 'reason'])
    expect(unknownSealed({ [name]: strange }, new Set())).toEqual([]);
  for (const none of [null, 7, true, undefined]) expect(unknownSealed(none, new Set())).toEqual([]);
});

function mailed(id: string): MailedCode {
  return { id, purpose: 'recover', subject: 'rcv_0', sealedHash: 'hash', expiresAt: 9, failures: 0 };
}
