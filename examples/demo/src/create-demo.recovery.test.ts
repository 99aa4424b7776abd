import { expect, test } from 'vitest';
import { password } from './testing/demo-browser.ts';
import { openDemoWorld, type DemoWorld } from './testing/demo-world.ts';

const operator = { operator: 'ops', reason: 'roll-out' } as const;
const administrator = { actor: 'carol', reason: 'showed a passport' } as const;

/** Carries a reset out, as an administrator does whom the application hears nothing of. */
async function reset({ tidelock, clock }: DemoWorld, account: string): Promise<void> {
  await tidelock.reset(account, administrator);
  clock.advance(24 * 3600);
  await tidelock.completeReset(account, administrator);
}

test('C4 C8 whoever has the password alone sets no other, and the owner stays signed in', async () => {
  const world = openDemoWorld({ notices: { channel: 'email' } });
  const alice = await world.enroll('Alice', 'alice@example.com');
  const thief = world.browser();
  await thief.signIn('Alice');
  await thief.get('/two-factor/recovery');
  await thief.post('/two-factor/recovery/begin');
  expect((await thief.get('/password')).path).toBe('/two-factor/challenge');
  await thief.get('/two-factor/recovery');
  const stolen = await thief.post('/password', { current: password, password: 'all mine from now on' });
  expect(stolen.path).not.toBe('/password');
  expect((await alice.browser.get('/')).html).toContain('Hello, Alice');
  expect((await world.browser().signIn('Alice')).title).toBe('Enter your code');
});

test('S30 whoever was recovered signs in by the password, whatever the application remembers', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  await reset(world, alice.account);
  expect((await alice.browser.get('/')).path).not.toBe('/two-factor');
  const browser = world.browser();
  expect(await browser.signIn('Alice')).toMatchObject({ path: '/', title: 'Home' });
  expect(world.demo.users.findByKey('alice')!.isEnrolled).toBe(false);
});

test('C20 C22 sessions from before a recovery have ended, though nobody removed them', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  expect((await alice.browser.get('/')).html).toContain('Hello, Alice');
  await reset(world, alice.account);
  expect((await alice.browser.get('/')).html).not.toContain('Hello, Alice');
});

test('C8 of several requests at once by a session for setting up, none sees the devices of somebody who has some', async () => {
  const world = openDemoWorld();
  await world.browser().register('Alice');
  await world.tidelock.setRequirements({ everyone: { level: 'required' } }, operator);
  const owner = world.browser();
  await owner.signIn('Alice');
  const thief = world.browser();
  await thief.signIn('Alice');
  const { id } = world.demo.users.findByKey('alice')!;
  const { factor, secret } = await world.tidelock.totp.enroll(id, { label: 'My phone' });
  const { Totp } = await import('@tidelock/otp');
  const code = new Totp(secret).generate({ at: world.clock.now() });
  await world.tidelock.activate(id, { factorId: factor.id, code });
  const { cookie } = thief;
  const pages = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const browser = world.browser();
      browser.cookie = cookie;
      return browser.get('/two-factor', { followsRedirects: false });
    }),
  );
  expect(pages.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 303));
  expect(pages.every(({ html }) => !html.includes('My phone'))).toBe(true);
});

test('C1 C20 a session by the old password goes on with no recovery once there is a new one', async () => {
  const world = openDemoWorld({ notices: { channel: 'email' } });
  const alice = await world.enroll('Alice', 'alice@example.com');
  const thief = world.browser();
  await thief.signIn('Alice');
  await thief.get('/two-factor/recovery');
  expect((await thief.post('/two-factor/recovery/begin')).path).toContain('/two-factor/recovery');
  await world.tidelock.passwordChanged(alice.account);
  expect((await thief.get('/two-factor/recovery')).path).toBe('/login?because=expired');
  expect((await thief.get('/')).html).not.toContain('Hello');
});
