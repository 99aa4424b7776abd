import { createTidelock, keyRing, TidelockError, type Tidelock } from '@tidelock/engine';
import { memoryStore, virtualClock, type VirtualClock } from '@tidelock/engine/testing';
import { Totp } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { memorySessionStore } from '../testing/memory-session-store.ts';
import type { PendingSession } from './gate-session.ts';
import { createLoginGate, type LoginGate } from './login-gate.ts';

interface GateWorld {
  readonly gate: LoginGate;
  readonly tidelock: Tidelock;
  readonly clock: VirtualClock;
  readonly sessions: ReturnType<typeof memorySessionStore>;
  enroll(account: string): Promise<() => string>;
  enterPending(account: string): Promise<PendingSession>;
}

function openGateWorld(): GateWorld {
  const clock = virtualClock();
  const keys = keyRing('test:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=');
  const tidelock = createTidelock({ issuer: 'Acme', store: memoryStore(), keys, clock });
  const sessions = memorySessionStore();
  const gate = createLoginGate({ tidelock, sessions });
  return {
    gate,
    tidelock,
    clock,
    sessions,
    async enroll(account) {
      const { factor, secret } = await tidelock.totp.enroll(account);
      const code = (): string => new Totp(secret).generate({ at: clock.now() });
      await tidelock.activate(account, { factorId: factor.id, code: code() });
      clock.advance(30);
      return code;
    },
    async enterPending(account) {
      const session = await gate.enter(account, { enrolled: true });
      if (session.state !== 'pending') throw new Error('No second factor was asked for.');
      return session;
    },
  };
}

test('S38 whoever has no second factor gets a full session, whoever has one a pending one', async () => {
  const { gate, enroll, sessions } = openGateWorld();
  const bob = await gate.enter('bob', { enrolled: false });
  expect(bob.state).toBe('full');
  expect(await gate.findFull(bob.token)).toMatchObject({ account: 'bob' });
  const code = await enroll('alice');
  const alice = await gate.enter('alice', { enrolled: true });
  if (alice.state !== 'pending') throw new Error('No second factor was asked for.');
  expect(await gate.findFull(alice.token)).toBeNull();
  const answer = await gate.answer(alice, code());
  if (answer.outcome !== 'accepted') throw new Error(answer.outcome);
  expect(await gate.findFull(answer.session.token)).toMatchObject({ account: 'alice' });
  // C16, C21: no id stands in the store, and the pending one is gone.
  expect(answer.session.token).not.toBe(alice.token);
  expect(JSON.stringify([...sessions.kept])).not.toContain(answer.session.token);
  expect(await gate.findPending(alice.token)).toBeNull();
});

test('C4 neither a missing proof, nor that of a check, of another purpose or of another account lifts a session', async () => {
  const { gate, tidelock, enroll, enterPending, clock } = openGateWorld();
  const codeOf = { alice: await enroll('alice'), bob: await enroll('bob') };
  const proofOf = async (account: 'alice' | 'bob', purpose: string | null): Promise<string> => {
    const opened = purpose === null ? null : await tidelock.challenge(account, { purpose });
    const ticket = opened?.required === true ? { ticket: opened.ticket } : {};
    const verdict = await tidelock.verify(account, { code: codeOf[account](), ...ticket });
    clock.advance(30);
    if (verdict.outcome !== 'accepted') throw new Error(verdict.outcome);
    return verdict.proof;
  };
  const session = await enterPending('alice');
  const rejected = await tidelock.verify('alice', { code: '000000', ticket: session.ticket });
  const proofs = [
    undefined,
    '',
    (rejected as { proof?: string }).proof,
    await proofOf('alice', null),
    await proofOf('alice', 'manage'),
    await proofOf('bob', 'login'),
  ];
  for (const proof of proofs) expect(await gate.lift(session, proof)).toBeNull();
  const right = await proofOf('alice', 'login');
  expect(await gate.lift(session, right)).toMatchObject({ state: 'full', account: 'alice' });
  expect(await gate.lift(session, right)).toBeNull();
});

test('C4 a proof lifts one session once, although two ask at the same instant', async () => {
  const { gate, tidelock, enroll, enterPending } = openGateWorld();
  const code = await enroll('alice');
  const sessions = [await enterPending('alice'), await enterPending('alice')];
  const verdict = await tidelock.verify('alice', { code: code(), ticket: sessions[0]!.ticket });
  if (verdict.outcome !== 'accepted') throw new Error(verdict.outcome);
  const lifted = await Promise.all(sessions.map((session) => gate.lift(session, verdict.proof)));
  expect(lifted.filter((session) => session !== null)).toHaveLength(1);
});

test('C7 a ticket of somebody else in a pending session opens nothing', async () => {
  const { gate, enroll, enterPending } = openGateWorld();
  const code = await enroll('alice');
  await enroll('bob');
  const [alice, bob] = [await enterPending('alice'), await enterPending('bob')];
  expect(await gate.answer({ ...alice, ticket: bob.ticket }, code())).toMatchObject({ outcome: 'rejected' });
  expect(await gate.answer({ ...bob, ticket: alice.ticket }, code())).toMatchObject({ outcome: 'rejected' });
  expect(await gate.lift({ ...bob, account: 'alice' }, 'prf')).toBeNull();
});

test('C21 the session from before the password ends, and a session that was rotated is dead under its old id', async () => {
  const { gate } = openGateWorld();
  const before = await gate.enter('alice', { enrolled: false });
  const after = await gate.enter('alice', { enrolled: false, previous: before.token });
  expect(await gate.findFull(before.token)).toBeNull();
  if (after.state !== 'full') throw new Error(after.state);
  const rotated = await gate.rotate(after);
  expect(await gate.findFull(after.token)).toBeNull();
  expect(await gate.findFull(rotated!.token)).toMatchObject({ account: 'alice' });
  expect(await gate.rotate(after)).toBeNull();
});

test('C20 the others of an account end, and nobody else’s', async () => {
  const { gate, enroll, enterPending } = openGateWorld();
  const enter = (account: string) => gate.enter(account, { enrolled: false });
  const [first, second, other] = [await enter('alice'), await enter('alice'), await enter('bob')];
  await enroll('alice');
  const pending = await enterPending('alice');
  if (first.state !== 'full') throw new Error(first.state);
  await gate.endOthers(first);
  expect(await gate.findFull(first.token)).not.toBeNull();
  expect(await gate.findFull(other.token)).not.toBeNull();
  expect(await gate.findFull(second.token)).toBeNull();
  expect(await gate.findPending(pending.token)).toBeNull();
});

test('an account that is known to be enrolled, and that the store does not know, gets a fault and no session', async () => {
  const { gate, sessions } = openGateWorld();
  await expect(gate.enter('alice', { enrolled: true })).rejects.toThrow(TidelockError);
  expect(sessions.kept.size).toBe(0);
});

test('SESS-06 rotating a session gives it no new day', async () => {
  const { gate, clock } = openGateWorld();
  let session = await gate.enter('alice', { enrolled: false });
  for (let hour = 0; hour < 24; hour += 1) {
    clock.advance(3590);
    if (session.state !== 'full') throw new Error(session.state);
    session = (await gate.rotate(session))!;
    expect(session).not.toBeNull();
  }
  clock.advance(300);
  expect(await gate.findFull(session.token)).toBeNull();
});

test('SESS-02 an id has 256 bits, and a text of another form is not looked up', async () => {
  const { gate } = openGateWorld();
  const { token } = await gate.enter('alice', { enrolled: false });
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(await gate.findFull(null)).toBeNull();
  expect(await gate.findFull('')).toBeNull();
});

test('S23 C8 whoever must have a second factor and has none gets a session that sets one up, and no other', async () => {
  const { gate, tidelock, enroll, clock } = openGateWorld();
  await tidelock.setRequirements({ everyone: { level: 'required' } }, { operator: 'ops', reason: 'x' });
  const session = await gate.enter('alice', { enrolled: false });
  if (session.state !== 'enrolling') throw new Error(session.state);
  expect(await gate.findFull(session.token)).toBeNull();
  expect(await gate.findPending(session.token)).toBeNull();
  expect(await gate.findEnrolling(session.token)).toEqual(session);
  expect(await gate.challengeEnrolled(session)).toBeNull();
  expect(await gate.rotate(session)).toBeNull();
  const code = await enroll('alice');
  const pending = await gate.challengeEnrolled(session);
  if (pending === null || pending === 'ended') throw new Error('No challenge was opened.');
  expect(pending.token).not.toBe(session.token);
  expect(await gate.findEnrolling(session.token)).toBeNull();
  expect(await gate.challengeEnrolled(session)).toBe('ended');
  expect(await gate.findFull(pending.token)).toBeNull();
  clock.advance(30);
  expect(await gate.answer(pending, code())).toMatchObject({ outcome: 'accepted' });
});

test('S23 in a period of grace the full session says until when to enroll', async () => {
  const { gate, tidelock, clock } = openGateWorld();
  await tidelock.setRequirements(
    { everyone: { level: 'optional' }, roles: { admin: { level: 'required', graceDays: 1 } } },
    { operator: 'ops', reason: 'x' },
  );
  expect(await gate.enter('bob', { enrolled: false })).not.toHaveProperty('enrollBy');
  expect(await gate.enter('bob', { enrolled: false, roles: ['admin'] })).toMatchObject({
    state: 'full',
    enrollBy: clock.now() + 86_400,
  });
});

test('C8 whoever has a factor of a kind that does not count gets no session by the password alone', async () => {
  const { gate, tidelock, enroll, sessions } = openGateWorld();
  await enroll('alice');
  await tidelock.setRequirements(
    { everyone: { level: 'required', kinds: ['hotp'] } },
    { operator: 'ops', reason: 'x' },
  );
  await expect(gate.enter('alice', { enrolled: true })).rejects.toMatchObject({
    code: 'engine/enrollment-required',
  });
  expect(sessions.kept.size).toBe(0);
});
