import { expect, test } from 'vitest';
import { createPolicy } from '../policy.ts';
import { plainAccount, plainNow as now, plainTicket, plainTotp } from '../testing/plain-context.ts';
import { isEnrolled, replaceFactor, settle, statusOf, unknownAccount, type Account } from './account.ts';
import { freshThrottle } from './throttle.ts';
import { noTrust } from './trusted-browser.ts';

const policy = createPolicy({ openingSeconds: 3 });
const latest = Math.ceil(now);
const settled = (changes: Partial<Account>) => settle(plainAccount(changes), policy, now);
const pending = (expiresAt: number, id = 'p') => plainTotp({ id, status: 'pending', expiresAt });

test('F3 an account in which nothing has run out stays the same object', () => {
  const account = plainAccount({
    factors: [plainTotp(), pending(now + 0.1), pending(latest + 900)],
    challengesFreeAt: now + 120,
    enrollmentsFreeAt: now + 120,
    tickets: [plainTicket()],
    graceStartedAt: now,
    contacts: { id: 'c', sealed: 's', changesFreeAt: now },
  });
  expect(settle(account, policy, now)).toBe(account);
  expect(settle(unknownAccount, policy, now)).toBe(unknownAccount);
});

test('LIFE-01 F3 a pending factor dies of its age, and none is further off than it may be', () => {
  const { factors } = settled({
    factors: [pending(now, 'dead'), plainTotp(), pending(now + 5, 'kept'), pending(latest + 901, 'clipped')],
  });
  expect(factors).toEqual([plainTotp(), pending(now + 5, 'kept'), pending(latest + 900, 'clipped')]);
  expect(settled({ factors: [pending(now - 1)] }).factors).toEqual([]);
  const kept = pending(latest + 900);
  expect(settled({ factors: [pending(now), kept] }).factors[0]).toBe(kept);
});

test('F3 a budget that no clock could have set is forgotten', () => {
  expect(settled({ challengesFreeAt: now + 120.5, enrollmentsFreeAt: now + 7 })).toMatchObject({
    challengesFreeAt: 0,
    enrollmentsFreeAt: now + 7,
  });
  expect(settled({ challengesFreeAt: now + 7, enrollmentsFreeAt: now + 120.5 })).toMatchObject({
    challengesFreeAt: now + 7,
    enrollmentsFreeAt: 0,
  });
});

test('F3 each instant of an account is settled by its own maximum', () => {
  const proof = { ...plainTicket(), method: 'totp', factorId: null };
  const mailed = { id: 'c', purpose: 'recover', subject: 'r', sealedHash: 's', failures: 0 } as const;
  const contacts = { id: 'c', sealed: 's', changesFreeAt: now + 9e9 };
  const browsers = [{ id: 'b', hash: 'h', createdAt: 1, lastUsedAt: null, expiresAt: now + 5 }];
  const recovery = {
    id: 'r',
    begunBy: 'owner',
    begunAt: 5,
    readyAt: null,
    actor: null,
    reason: null,
    proofs: {},
    notMeHashes: [],
  } as const;
  const throttle = { ...freshThrottle, failures: 5, lockedUntil: now + 9e9 };
  expect(
    settled({
      throttle,
      tickets: [plainTicket({ expiresAt: now + 9e9 })],
      proofs: [{ ...proof, expiresAt: now }],
      trust: { stamp: 'x', browsers },
      recovery,
      graceStartedAt: now + 5,
      mailedCodes: [{ ...mailed, expiresAt: now + 9e9 }],
      sends: [now + 9e9],
      contacts,
    }),
  ).toEqual(
    plainAccount({
      throttle: { ...throttle, tooFarSince: now },
      tickets: [plainTicket({ expiresAt: latest + 600 })],
      proofs: [],
      trust: noTrust,
      recovery: null,
      graceStartedAt: now,
      mailedCodes: [{ ...mailed, expiresAt: latest + 600 }],
      sends: [],
      contacts: { ...contacts, changesFreeAt: 0 },
    }),
  );
});

test('rule 3 a factor that failures disabled is enrolled, and a pending one is not', () => {
  const off = plainTotp({ id: 'off', status: 'disabled' });
  const locked = { ...freshThrottle, failures: 5, lockedUntil: now + 5 };
  const statuses: readonly [Partial<Account>, boolean, string][] = [
    [{ factors: [] }, false, 'none'],
    [{ factors: [pending(now + 5)] }, false, 'pending'],
    [{ factors: [off, pending(now + 5)] }, true, 'disabled'],
    [{ factors: [off, plainTotp()] }, true, 'active'],
    [{ throttle: locked }, true, 'locked'],
    [{ factors: [off], throttle: locked }, true, 'disabled'],
  ];
  for (const [members, enrolled, status] of statuses) {
    expect(isEnrolled(plainAccount(members))).toBe(enrolled);
    expect(statusOf(plainAccount(members), policy, now)).toBe(status);
  }
});

test('a factor is replaced in its own place, and the account that nobody knows is blank', () => {
  const other = plainTotp({ id: 'b' });
  const changed = plainTotp({ label: 'new' });
  expect(replaceFactor(plainAccount({ factors: [other, plainTotp()] }), changed).factors).toEqual([
    other,
    changed,
  ]);
  expect(unknownAccount).toMatchObject({ format: 1, factors: [], eventCount: 0, eventLink: '' });
});
