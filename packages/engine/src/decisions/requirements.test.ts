import { expect, test } from 'vitest';
import type { RequirementsWish } from '../desks/requirement-desk.ts';
import { createProfile } from '../profile.ts';
import { enrollAccount, openTestTidelock, type TestTidelock } from '../testing/enrolled-account.ts';

const day = 24 * 3600;
const operator = { operator: 'ops', reason: 'roll-out' } as const;

async function openWorld(wish: RequirementsWish): Promise<TestTidelock> {
  const world = openTestTidelock();
  await world.tidelock.setRequirements(wish, operator);
  return world;
}

const enrollmentRequired = { code: 'engine/enrollment-required' };

test('S23 where nothing is required, somebody with a password alone signs in', async () => {
  const { tidelock } = openTestTidelock();
  expect(await tidelock.challenge('bob')).toEqual({ required: false });
});

test('S23 with a period of grace, somebody signs in until it ends, and not a second longer', async () => {
  const { tidelock, clock } = await openWorld({ everyone: { level: 'required', graceDays: 14 } });
  const enrollBy = clock.now() + 14 * day;
  expect(await tidelock.challenge('bob')).toEqual({ required: false, enrollBy });
  clock.advance(14 * day - 1);
  expect(await tidelock.challenge('bob')).toEqual({ required: false, enrollBy });
  clock.advance(1);
  await expect(tidelock.challenge('bob')).rejects.toMatchObject(enrollmentRequired);
  const { items } = await tidelock.events('bob');
  expect(items.map(({ kind }) => kind)).toEqual(['enrollment-overdue', 'enrollment-due']);
});

test('S23 LIFE-19 without grace nobody gets in before a factor is active, and enrolling is open to them', async () => {
  const world = await openWorld({ everyone: { level: 'required' } });
  await expect(world.tidelock.challenge('alice')).rejects.toMatchObject(enrollmentRequired);
  await expect(world.tidelock.challenge('alice', { purpose: 'pay-out' })).rejects.toMatchObject(
    enrollmentRequired,
  );
  await enrollAccount(world, 'alice');
  expect(await world.tidelock.challenge('alice')).toMatchObject({ required: true });
});

test('S23 a period of grace is not renewed by enrolling and taking the factor off again', async () => {
  const world = await openWorld({ everyone: { level: 'required', graceDays: 2 } });
  const { tidelock, clock } = world;
  await tidelock.challenge('alice');
  const alice = await enrollAccount(world, 'alice');
  const proof = await alice.proof();
  clock.advance(300);
  await tidelock.revokeFactor('alice', alice.factorId, { proof });
  expect(await tidelock.challenge('alice')).toMatchObject({ required: false });
  clock.advance(2 * day);
  await expect(tidelock.challenge('alice')).rejects.toMatchObject(enrollmentRequired);
});

test('S23 the grace of somebody who was enrolled from the start began at their first sign-in', async () => {
  const world = await openWorld({ everyone: { level: 'required', graceDays: 2 } });
  const alice = await enrollAccount(world, 'alice');
  await alice.ticket();
  world.clock.advance(3 * day);
  await world.tidelock.revokeFactor('alice', alice.factorId, { proof: await alice.proof() });
  await expect(world.tidelock.challenge('alice')).rejects.toMatchObject(enrollmentRequired);
});

test('F3 a clock that went back does not prolong a period of grace', async () => {
  const { tidelock, clock } = await openWorld({ everyone: { level: 'required', graceDays: 1 } });
  clock.advance(30 * day);
  await tidelock.challenge('bob');
  clock.advance(-30 * day);
  expect(await tidelock.challenge('bob')).toEqual({ required: false, enrollBy: clock.now() + day });
  clock.advance(day);
  await expect(tidelock.challenge('bob')).rejects.toMatchObject(enrollmentRequired);
});

test('S23 a requirement for a role concerns who has it, and the strictest of several holds', async () => {
  const { tidelock } = await openWorld({
    everyone: { level: 'optional' },
    roles: { admin: { level: 'required' }, support: { level: 'required', graceDays: 7 } },
  });
  expect(await tidelock.challenge('bob', { roles: ['reader'] })).toEqual({ required: false });
  expect(await tidelock.challenge('carol', { roles: ['support'] })).toHaveProperty('enrollBy');
  await expect(tidelock.challenge('carol', { roles: ['support', 'admin'] })).rejects.toMatchObject(
    enrollmentRequired,
  );
  expect(await tidelock.challenge('bob', { roles: ['constructor', '__proto__'] })).toEqual({
    required: false,
  });
});

test('S23 an own requirement of an account holds in the place of that of its tenant, until it is taken back', async () => {
  const { tidelock } = await openWorld({ everyone: { level: 'required' } });
  await tidelock.setRequirement('robot', { level: 'optional' }, operator);
  expect(await tidelock.challenge('robot', { roles: ['admin'] })).toEqual({ required: false });
  await tidelock.setRequirement('robot', null, operator);
  await expect(tidelock.challenge('robot')).rejects.toMatchObject(enrollmentRequired);
  const { items } = await tidelock.events('robot');
  expect(items.at(-1)).toMatchObject({
    kind: 'requirement-changed',
    actor: 'ops',
    note: 'roll-out',
    reason: 'optional',
  });
});

test('S23 a kind that does not count is no way in once the time is over, and still adds one that counts', async () => {
  const world = await openWorld({ everyone: { level: 'required', kinds: ['hotp'] } });
  const { tidelock } = world;
  const alice = await enrollAccount(world, 'alice');
  await expect(tidelock.challenge('alice')).rejects.toMatchObject(enrollmentRequired);
  const { factor } = await tidelock.hotp.enroll('alice', { proof: await alice.proof() });
  expect(factor.status).toBe('pending');
});

test('S23 a code of a kind that does not count answers no ticket of somebody who has one that does', async () => {
  const world = await openWorld({ everyone: { level: 'optional' } });
  const { tidelock } = world;
  const alice = await enrollAccount(world, 'alice');
  const { factor, secret } = await tidelock.hotp.enroll('alice', { proof: await alice.proof() });
  const { Hotp } = await import('@tidelock/otp');
  const token = new Hotp(secret);
  await tidelock.activate('alice', { factorId: factor.id, code: token.generate(0) });
  await tidelock.setRequirements({ everyone: { level: 'required', kinds: ['hotp'] } }, operator);
  world.clock.advance(1);
  const challenge = await tidelock.challenge('alice');
  if (!challenge.required) throw new Error('No code is asked for.');
  expect(challenge.methods.map(({ kind }) => kind)).toEqual(['hotp', 'backupCode']);
  const { ticket } = challenge;
  for (const factorId of [undefined, alice.factorId]) {
    const named = factorId === undefined ? {} : { factorId };
    expect(await tidelock.verify('alice', { code: alice.code(), ticket, ...named })).toMatchObject({
      outcome: 'rejected',
      reason: 'wrong',
    });
  }
  expect(await tidelock.verify('alice', { code: token.generate(1), ticket })).toMatchObject({
    outcome: 'accepted',
    method: 'hotp',
  });
});

test('C23 whoever changes a requirement has proved a factor of their own that it counts, once', async () => {
  const world = openTestTidelock();
  const { tidelock } = world;
  const wish = { everyone: { level: 'required' } } as const;
  const by = (proof: string) => ({ account: 'root', proof, reason: 'roll-out' });
  await expect(tidelock.setRequirements(wish, by('prf_none'))).rejects.toMatchObject({
    code: 'engine/proof-required',
  });
  const root = await enrollAccount(world, 'root');
  const proof = await root.proof();
  await expect(
    tidelock.setRequirements({ everyone: { level: 'required', kinds: ['hotp'] } }, by(proof)),
  ).rejects.toMatchObject({ code: 'engine/proof-required' });
  await expect(tidelock.setRequirements(wish, by(proof))).rejects.toMatchObject({
    code: 'engine/proof-required',
  });
  await expect(tidelock.setRequirement('bob', { level: 'optional' }, by(proof))).rejects.toMatchObject({
    code: 'engine/proof-required',
  });
  expect(await tidelock.requirements()).toMatchObject({ everyone: { level: 'optional' } });
  expect(await tidelock.setRequirements(wish, by(await root.proof()))).toMatchObject({
    everyone: { level: 'required' },
  });
});

test('C23 a proof of another account, and a backup code, change no requirement', async () => {
  const world = openTestTidelock();
  const { tidelock } = world;
  const root = await enrollAccount(world, 'root');
  const mallory = await enrollAccount(world, 'mallory');
  const wish = { everyone: { level: 'optional' } } as const;
  const proof = await mallory.proof();
  await expect(tidelock.setRequirements(wish, { account: 'root', proof, reason: 'x' })).rejects.toMatchObject(
    { code: 'engine/proof-required' },
  );
  const ticket = await root.ticket('manage');
  const verdict = await tidelock.verify('root', { code: root.backupCodes[0], ticket });
  if (verdict.outcome !== 'accepted') throw new Error(verdict.outcome);
  await expect(
    tidelock.setRequirements(wish, { account: 'root', proof: verdict.proof, reason: 'x' }),
  ).rejects.toMatchObject({ code: 'engine/proof-required' });
});

test('C23 nobody excepts themselves from a requirement', async () => {
  const world = openTestTidelock();
  const root = await enrollAccount(world, 'root');
  const author = { account: 'root', proof: await root.proof(), reason: 'x' };
  await expect(world.tidelock.setRequirement('root', { level: 'optional' }, author)).rejects.toMatchObject({
    code: 'engine/actor-is-owner',
  });
  expect(await world.tidelock.setRequirement('bob', { level: 'optional' }, author)).toMatchObject({
    level: 'optional',
  });
});

test('C12 a requirement is of one tenant', async () => {
  const { tidelock } = await openWorld({ everyone: { level: 'required' } });
  expect(await tidelock.forTenant('other').challenge('bob')).toEqual({ required: false });
});

test('S23 a dry run says who would be locked out, and changes nothing', async () => {
  const world = openTestTidelock();
  const { tidelock, clock } = world;
  await enrollAccount(world, 'alice');
  const subjects = [
    { account: 'alice', roles: ['admin'] },
    { account: 'bob' },
    { account: 'carol', roles: ['admin'] },
  ];
  const wish: RequirementsWish = {
    everyone: { level: 'required', graceDays: 7 },
    roles: { admin: { level: 'required' } },
  };
  const answer = await tidelock.dryRunRequirements(wish, subjects);
  expect(answer).toEqual({
    checked: 3,
    met: 1,
    inGrace: [{ account: 'bob', until: clock.now() + 7 * day }],
    lockedOut: ['carol'],
  });
  expect(await tidelock.dryRunRequirements(null, subjects)).toMatchObject({ met: 3, lockedOut: [] });
  expect((await tidelock.account('bob')).status).toBe('none');
  await tidelock.setRequirements(wish, operator);
  await expect(tidelock.challenge('carol', { roles: ['admin'] })).rejects.toMatchObject(enrollmentRequired);
});

test('a requirement that is not well-formed, or that nobody could meet, is refused', async () => {
  const { tidelock } = openTestTidelock();
  const set = (wish: unknown) => tidelock.setRequirements(wish as RequirementsWish, operator);
  await expect(set({ everyone: { level: 'maybe' } })).rejects.toThrow(RangeError);
  await expect(set({ everyone: { level: 'required', graceDays: 91 } })).rejects.toThrow(RangeError);
  await expect(set({ everyone: { level: 'required', kinds: [] } })).rejects.toThrow(RangeError);
  await expect(set({ everyone: { level: 'required', kinds: ['sms'] } })).rejects.toThrow(RangeError);
  await expect(set({ everyone: { level: 'required', grace: 3 } })).rejects.toThrow(TypeError);
  await expect(
    set({
      everyone: { level: 'required', kinds: ['totp'] },
      roles: { admin: { level: 'required', kinds: ['hotp'] } },
    }),
  ).rejects.toThrow('No kind of factor counts for every role');
  const twice = { 'caf\u00e9': { level: 'required' }, 'cafe\u0301': { level: 'optional' } };
  await expect(set({ everyone: { level: 'optional' }, roles: twice })).rejects.toThrow('named once');
  await expect(tidelock.challenge('bob', { roles: Array.from({ length: 21 }, () => 'a') })).rejects.toThrow(
    RangeError,
  );
});

test('rule 3: where nobody can say what is required, nobody passes', async () => {
  const { overrideStore } = await import('../testing/override-store.ts');
  const { memoryStore } = await import('../testing/memory-store.ts');
  let isDown = false;
  const inner = memoryStore();
  const store = overrideStore(inner, {
    load: async (ids) => {
      if (isDown && ids.some(({ account }) => account === 'directory')) throw new Error('down');
      return inner.load(ids);
    },
  });
  const { tidelock, clock } = openTestTidelock({ store });
  expect(await tidelock.challenge('bob')).toEqual({ required: false });
  isDown = true;
  clock.advance(2);
  await expect(tidelock.challenge('bob')).rejects.toThrow();
});

test('S23 ASVS 6.3.3: the strict profile requires a second factor of everybody, whatever the tenant says', async () => {
  const world = openTestTidelock({ profile: 'strict' });
  await world.tidelock.setRequirements({ everyone: { level: 'optional' } }, operator);
  await world.tidelock.setRequirement('bob', { level: 'optional' }, operator);
  await expect(world.tidelock.challenge('bob')).rejects.toMatchObject(enrollmentRequired);
});

test('OTP-10 the strict profile accepts a code in its own thirty seconds alone', async () => {
  const world = openTestTidelock({ profile: 'strict' });
  const alice = await enrollAccount(world, 'alice');
  world.clock.advance(30);
  expect(await world.tidelock.verify('alice', { code: alice.code(-1) })).toMatchObject({
    outcome: 'rejected',
  });
  expect(await world.tidelock.verify('alice', { code: alice.code(1) })).toMatchObject({
    outcome: 'rejected',
  });
  expect(await world.tidelock.verify('alice', { code: alice.code() })).toMatchObject({ outcome: 'accepted' });
});

test('a number may be stricter than the strict profile, and not milder', () => {
  expect(createProfile('strict', { failuresBeforeLock: 3 }).policy).toMatchObject({
    failuresBeforeLock: 3,
    window: 0,
    trustedBrowserDays: 0,
  });
  for (const milder of [
    { window: 1 },
    { trustedBrowserDays: 1 },
    { failuresBeforeLock: 6 },
    { lockSeconds: 30 },
    { backupCodeFormat: 'hex10' },
    { periodSeconds: 60 },
    { mailedCodeTries: 6 },
    { confirmByMail: 'none' },
    { lockSecondsMax: 60 },
    { formerContactSeconds: 0 },
    { secretBytes: 16 },
  ] as const)
    expect(() => createProfile('strict', milder)).toThrow('strict profile');
  expect(() => createProfile('lax' as 'default')).toThrow(RangeError);
});
