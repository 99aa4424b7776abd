import { createTidelock, keyRing } from '@tidelock/engine';
import { memoryStore, virtualClock } from '@tidelock/engine/testing';
import { Totp } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { createLoginGate } from '../gates/login-gate.ts';
import { memorySessionStore } from '../testing/memory-session-store.ts';
import { createPages } from './create-pages.ts';

const origin = 'http://localhost:3000';

/** Pages whose users have the role `admin`. */
function openWorld() {
  const clock = virtualClock();
  const keys = keyRing('test:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=');
  const tidelock = createTidelock({ issuer: 'Acme', store: memoryStore(), keys, clock });
  const gate = createLoginGate({ tidelock, sessions: memorySessionStore() });
  const users = {
    nameOf: async () => 'Alice',
    rolesOf: async () => ['admin'],
    rememberEnrolled: async () => undefined,
  };
  const pages = createPages({ tidelock, gate, users, brand: 'Acme' });
  const send = async (token: string, path: string, fields?: Readonly<Record<string, string>>) => {
    const plain = new Request(origin);
    const cookie = pages.cookieOf(plain).set(token).split(';')[0]!;
    const init =
      fields === undefined
        ? { headers: { cookie } }
        : { method: 'POST', headers: { cookie, origin }, body: new URLSearchParams(fields) };
    const response = await pages.fetch(new Request(origin + path, init), { remoteAddress: '127.0.0.1' });
    return { response, html: await response.text() };
  };
  /** Sets a phone up from a session that may do nothing else. */
  const setUp = async (token: string) => {
    const security = await send(token, '/two-factor');
    const csrf = /name="csrf" value="([^"]+)"/.exec(security.html)![1]!;
    const { html } = await send(token, '/two-factor/enroll', { csrf, label: 'My phone' });
    const totp = new Totp(/data-text="([A-Z2-7]{32})"/.exec(html)![1]!);
    const factor = /name="factor" value="([^"]+)"/.exec(html)![1]!;
    const code = totp.generate({ at: clock.now() });
    return send(token, '/two-factor/activate', { csrf, factor, label: 'My phone', code });
  };
  return { clock, tidelock, gate, setUp };
}

const operator = { operator: 'ops', reason: 'roll-out' } as const;

test('C20 a setup that was required ends every session that the password alone had opened', async () => {
  const { tidelock, gate, clock, setUp } = openWorld();
  await tidelock.setRequirements({ everyone: { level: 'required', graceDays: 1 } }, operator);
  const inGrace = await gate.enter('alice', { enrolled: false });
  expect(inGrace.state).toBe('full');
  clock.advance(600);
  await tidelock.setRequirements({ everyone: { level: 'required' } }, operator);
  const session = await gate.enter('alice', { enrolled: false });
  if (session.state !== 'enrolling') throw new Error(session.state);
  expect((await setUp(session.token)).response.status).toBe(200);
  expect(await gate.findFull(inGrace.token)).toBeNull();
});

test('S23 LIFE-19 a setup of a kind that does not count for the role opens nothing', async () => {
  const { tidelock, gate, setUp } = openWorld();
  const admin = { level: 'required', kinds: ['hotp'] } as const;
  await tidelock.setRequirements({ everyone: { level: 'optional' }, roles: { admin } }, operator);
  const session = await gate.enter('alice', { enrolled: false, roles: ['admin'] });
  if (session.state !== 'enrolling') throw new Error(session.state);
  const { response } = await setUp(session.token);
  expect(response.status).toBe(403);
  const { token } = session;
  expect([await gate.findFull(token), await gate.findPending(token)]).toEqual([null, null]);
});
