import { expect, test } from 'vitest';
import { plainAccount, plainContacts, plainContext, plainTotp } from '../testing/plain-context.ts';
import type { Vault } from '../vault.ts';
import { reseal } from './reseal.ts';

const plain = plainContext();
const sealed = plainTotp().sealedSecret;
const lost = '1.gone.x.00';
const vault: Vault = {
  ...plain.vault,
  reseal: (text, place) => {
    const { outcome } = plain.vault.open(text, place);
    if (outcome !== 'opened') return { outcome };
    return place.purpose === 'contacts'
      ? { outcome: 'current' }
      : { outcome: 'resealed', sealed: `1.new.${place.holder}` };
  },
};
const context = { ...plain, vault };
const account = plainAccount({
  factors: [
    plainTotp(),
    plainTotp({ id: 'fct_b', sealedSecret: lost }),
    plainTotp({ id: 'fct_c', sealedSecret: sealed }),
  ],
  contacts: plainContacts(),
});
const unreadable = [
  { keyId: 'gone', kind: 'secret', code: 'vault/key-missing' },
  { keyId: 'plain', kind: 'secret', code: 'vault/open-failed' },
];

test('C18 what another key has sealed is sealed anew at its own place, and what does not open stays as it is', () => {
  const resealed = reseal(account, { mayWrite: true }, context);
  expect(resealed).toStrictEqual({
    kind: 'decided',
    record: {
      ...account,
      factors: [{ ...plainTotp(), sealedSecret: '1.new.fct_a' }, ...account.factors.slice(1)],
    },
    outcome: {
      resealed: 1,
      texts: [
        { keyId: 'new', kind: 'secret' },
        { keyId: 'gone', kind: 'secret' },
        { keyId: 'plain', kind: 'secret' },
        { keyId: 'plain', kind: 'contacts' },
      ],
      unreadable,
    },
    events: [],
    messages: [],
  });
});

test('CRYP-05 a look alone changes nothing, and finds what nobody visits', () => {
  const strange = `1.old.${'A'.repeat(40)}`;
  const later = { ...account, eventLink: strange };
  const looked = reseal(later, { mayWrite: false }, context);
  expect(looked.record).toBe(later);
  expect(looked.outcome).toStrictEqual({
    resealed: 0,
    texts: [
      { keyId: 'plain', kind: 'secret' },
      { keyId: 'gone', kind: 'secret' },
      { keyId: 'plain', kind: 'secret' },
      { keyId: 'plain', kind: 'contacts' },
      { keyId: 'old', kind: 'unknown' },
    ],
    unreadable,
  });
  const known = { ...account, factors: [plainTotp({ sealedSecret: strange })] };
  expect(reseal(known, { mayWrite: false }, context).outcome.texts).toStrictEqual([
    { keyId: 'old', kind: 'secret' },
    { keyId: 'plain', kind: 'contacts' },
  ]);
});
