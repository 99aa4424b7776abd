import { expect, test } from 'vitest';
import { unknownAccount, type Account } from '../account/account.ts';
import { enrollAccount, openTestTidelock } from '../testing/enrolled-account.ts';

test('C15 all that is kept of a person is shown to them, and no secret, code, hash, ticket or proof is in it', async () => {
  const bench = openTestTidelock({ notices: { channel: 'email' }, policy: { trustedBrowserDays: 30 } });
  const { tidelock, clock, store } = bench;
  await tidelock.setContacts('alice', { emails: ['alice@one.example'], locale: 'de' });
  const alice = await enrollAccount(bench);
  const proof = await alice.proof();
  const ticket = await alice.ticket('login');
  clock.advance(30);
  const verdict = await tidelock.verify('alice', { code: alice.code(), ticket, trustBrowser: true });
  const open = await alice.ticket('login');
  await tidelock.reset('alice', { actor: 'carol', reason: 'ticket 4711' });
  const exported = await tidelock.exportAccount('alice');
  expect(exported).toMatchObject({
    account: { id: 'alice', status: 'active', factors: [{ kind: 'totp' }], backupCodesLeft: 10 },
    recovery: { actor: 'carol' },
    contacts: { emails: ['alice@one.example'], locale: 'de' },
    trustedBrowsers: [{ createdAt: clock.now() }],
    openTickets: 1,
    openProofs: 2,
    nextCursor: null,
  });
  expect(exported.waitingMessages.map(({ kind }) => kind)).toContain('reset-begun');
  expect(exported.events[0]).toMatchObject({ kind: 'account-exported' });
  expect(exported.events).toHaveLength(exported.events[0]!.sequence);
  const text = JSON.stringify(exported);
  const [stored] = await store.load([{ tenant: 'default', account: 'alice' }]);
  const sealed = [...stored!.record!.matchAll(/"(?:sealed\w*|hash|hashes|salt)":"([^"]+)"/g)].map(
    ([, value]) => value!,
  );
  expect(sealed.length).toBeGreaterThan(3);
  const tokens = verdict.outcome === 'accepted' ? [verdict.proof, verdict.trustToken!] : [];
  expect(tokens).toHaveLength(2);
  for (const secret of [alice.secret, ...alice.backupCodes, proof, open, ...tokens, ...sealed])
    expect(text).not.toContain(secret);
});

test('of somebody who is not known there is nothing but that it was asked', async () => {
  const { tidelock } = openTestTidelock();
  expect(await tidelock.exportAccount('bob')).toMatchObject({
    account: { status: 'none' },
    contacts: null,
    events: [{ kind: 'account-exported', sequence: 1 }],
  });
});

/** Where each member of a record is told of. The compiler wants one for each that comes. */
const toldOf: { readonly [member in keyof Account]: string } = {
  format: 'no datum of a person',
  epoch: 'no datum of a person: of the store',
  factors: 'account.factors, without their secrets',
  backupCodes: 'account.backupCodesLeft',
  throttle: 'failures, account.lockedUntil',
  strongFailures: 'strongFailures',
  tickets: 'openTickets',
  proofs: 'openProofs',
  challengesFreeAt: 'no datum of a person: a budget of seconds',
  enrollmentsFreeAt: 'no datum of a person: a budget of seconds',
  trust: 'trustedBrowsers',
  passwordChanges: 'passwordChanges',
  recovery: 'recovery',
  recoveryFrozenAt: 'recovery',
  sessionsEndedAt: 'account.sessionsEndedAt',
  requirement: 'requirement',
  graceStartedAt: 'graceStartedAt',
  contacts: 'contacts',
  mailedCodes: 'mailedCodes',
  sends: 'codesMailedAt',
  lastNoticed: 'lastNoticed',
  lastLogged: 'no datum of a person: a budget of the log',
  erasedThrough: 'events',
  eventCheckpoint: 'events',
  eventCount: 'events',
  eventLink: 'events',
};

test('every member of a record is told of in the export, or is none of a person', async () => {
  const bench = openTestTidelock();
  await enrollAccount(bench);
  const exported = await bench.tidelock.exportAccount('alice');
  expect(Object.keys(toldOf).toSorted()).toEqual(Object.keys(unknownAccount).toSorted());
  for (const place of Object.values(toldOf).filter((text) => !text.startsWith('no datum'))) {
    const [top = '', inner] = place.split(', ')[0]!.split('.');
    expect(exported).toHaveProperty(inner === undefined ? top : `${top}.${inner}`);
  }
});
