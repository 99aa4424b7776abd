import { Totp } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { DemoBrowser } from './testing/demo-browser.ts';
import { beginEnrollment, openDemoWorld, type DemoWorld } from './testing/demo-world.ts';

const changePosts = ['enroll', 'rename', 'revoke', 'backup-codes'].map((name) => `/two-factor/${name}`);

/** What is open to whoever has passed the password and owes a code: the code, the way back without one, the password, the way out. */
const openToPending = ['/logout', '/password', '/two-factor/challenge', '/two-factor/recovery'];

/** What an account's factors are, without when they were used. */
async function factorsOf(world: DemoWorld, account: string): Promise<unknown> {
  const view = await world.tidelock.account(account);
  return [view.backupCodesLeft, view.factors.map(({ id, label, status }) => [id, label, status])];
}

test('C4 C8 a pending session reaches the challenge and the way out, on every route and with every method', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const before = await factorsOf(world, alice.account);
  const browser = world.browser();
  await browser.signIn('Alice');
  const csrf = browser.field('csrf');
  const { cookie } = browser;
  const own = world.demo.routes.filter(({ path }) => !/^\/(v1|openapi|livez|readyz|metrics)/.test(path));
  expect(own.length).toBeGreaterThan(6);
  const paths = own
    .map(({ path }) => path.replace('/*', ''))
    .filter((path) => openToPending.every((open) => path !== open && !path.startsWith(`${open}/`)));
  expect(paths).toEqual(expect.arrayContaining(['/', '/two-factor', ...changePosts]));
  for (const path of new Set(paths)) {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      browser.cookie = cookie;
      const fields = { factor: alice.factorId, label: 'thief', code: alice.code(), name: 'x', password: 'x' };
      const body = method === 'GET' ? undefined : new URLSearchParams({ csrf, ...fields }).toString();
      const page = await browser.send(method, path, body, { followsRedirects: false });
      const place = `${method} ${path}`;
      expect(page.html, place).not.toContain('Hello');
      expect(page.html, place).not.toContain('My phone');
      expect([303, 403, 404, 405], place).toContain(page.status);
    }
  }
  expect(await factorsOf(world, alice.account)).toEqual(before);
  // The code of that moment was not spent by any of it.
  browser.cookie = cookie;
  await browser.get('/two-factor/challenge');
  expect(await browser.post('/two-factor/challenge', { code: alice.code() })).toMatchObject({ path: '/' });
  // And what was pending is nothing now.
  const replayed = world.browser();
  replayed.cookie = cookie;
  expect(await replayed.get('/two-factor')).toMatchObject({ path: '/login' });
});

test('C5 a right code without a password opens nothing, and is not spent', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const stranger = world.browser();
  await stranger.get('/login');
  const page = await stranger.post('/two-factor/challenge', {
    code: alice.code(),
    name: 'Alice',
    account: alice.account,
  });
  expect(page).toMatchObject({ path: '/login' });
  expect(await stranger.get('/two-factor')).toMatchObject({ path: '/login' });
  await stranger.signIn('Alice');
  expect(await stranger.post('/two-factor/challenge', { code: alice.code() })).toMatchObject({ path: '/' });
});

test('C7 A14 whose code it must be is said by the session alone', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const bob = await world.enroll('Bob');
  const browser = world.browser();
  await browser.signIn('Alice');
  // Bob's own codes, with every name of a user that a form could carry.
  for (const code of [bob.code(), bob.backupCodes[0]!]) {
    const page = await browser.post('/two-factor/challenge', {
      code,
      account: bob.account,
      user: bob.account,
      name: 'Bob',
      username: 'Bob',
      factorId: bob.factorId,
    });
    expect(page.status).toBe(403);
  }
  expect(await browser.get('/two-factor')).toMatchObject({ title: 'Enter your code' });

  // Bob, signed in, sends Alice's factor, and a ticket that was opened for Alice.
  const ticket = await world.tidelock.challenge(alice.account, { purpose: 'manage' });
  await bob.browser.get('/two-factor');
  expect(await bob.browser.post('/two-factor/revoke', { factor: alice.factorId })).toMatchObject({
    status: 404,
  });
  await bob.browser.get('/two-factor');
  const stolen = await bob.browser.post('/two-factor/revoke', {
    factor: bob.factorId,
    ticket: ticket.required ? ticket.ticket : '',
    code: bob.code(),
  });
  expect(stolen.status).toBe(403);
  expect((await world.tidelock.account(alice.account)).factors).toHaveLength(1);
  expect((await world.tidelock.account(bob.account)).factors).toHaveLength(1);
});

test('C7 two cookies swapped between two people end in nobody else’s session', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  await world.enroll('Bob');
  const [first, second] = [world.browser(), world.browser()];
  await first.signIn('Alice');
  await second.signIn('Bob');
  // Bob's pending session in Alice's browser: her form, her code.
  first.cookie = second.cookie;
  const page = await first.post('/two-factor/challenge', { code: alice.code() });
  expect(page.status).toBe(403);
  await first.get('/two-factor/challenge');
  expect(await first.post('/two-factor/challenge', { code: alice.code() })).toMatchObject({ status: 403 });
});

test('C11 no change of an enrolled account without a fresh code, and none with the proof of a sign-in', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const before = await factorsOf(world, alice.account);
  const fields = { factor: alice.factorId, label: 'Other' };
  const login = await world.tidelock.challenge(alice.account, { purpose: 'login' });
  for (const path of changePosts) {
    await alice.browser.get('/two-factor');
    expect((await alice.browser.post(path, fields)).html).toContain('Code from your app');
    const ticket = alice.browser.field('ticket');
    expect(await alice.browser.post(path, { ...fields, ticket, code: '' })).toMatchObject({ status: 403 });
    world.clock.advance(3600);
    await alice.browser.signIn('Alice');
    await alice.browser.post('/two-factor/challenge', { code: alice.code() });
    world.clock.advance(30);
  }
  await alice.browser.get('/two-factor');
  const page = await alice.browser.post('/two-factor/revoke', {
    ...fields,
    ticket: login.required ? login.ticket : '',
    code: alice.code(),
  });
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(await factorsOf(world, alice.account)).toEqual(before);
});

test('C13 an enrollment that is begun, abandoned and begun again leaves the old factor as it is', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const abandoned: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const page = await alice.confirm('/two-factor/enroll', { label: `New phone ${round}` });
    const factorId = alice.browser.field('factor');
    expect(page.title).toBe('Set up your authenticator app');
    abandoned.push(factorId);
    if (round === 1)
      await alice.browser.post('/two-factor/activate', { factor: factorId, label: '', code: '000000' });
    const browser = world.browser();
    await browser.signIn('Alice');
    const [, key] = /data-text="([A-Z2-7]{32})"/.exec(page.html) ?? [];
    expect(key).toBeDefined();
    expect(await browser.post('/two-factor/challenge', { code: alice.code() })).toMatchObject({ path: '/' });
    world.clock.advance(30);
  }
  const { factors } = await world.tidelock.account(alice.account);
  expect(factors.filter(({ status }) => status === 'active').map(({ id }) => id)).toEqual([alice.factorId]);
  expect(abandoned).not.toContain(alice.factorId);
});

test('C14 C15 a secret in the request is ignored, and the server’s own is shown once', async () => {
  const world = openDemoWorld();
  const browser = world.browser();
  await browser.register('Alice');
  await browser.get('/two-factor');
  const chosen = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const page = await browser.post('/two-factor/enroll', {
    label: 'My phone',
    secret: chosen,
    uri: chosen,
    key: chosen,
  });
  expect(page.html).not.toContain(chosen);
  const secret = /data-text="([A-Z2-7]{32})"/.exec(page.html)![1]!;
  const factor = browser.field('factor');
  const wrong = await browser.post('/two-factor/activate', {
    factor,
    label: 'My phone',
    code: '000000',
    secret,
  });
  expect(wrong.title).toBe('Error: Set up your authenticator app');
  const grouped = secret.match(/.{4}/g)!;
  for (const shown of [wrong, await browser.get('/two-factor'), await browser.get('/')]) {
    expect(shown.html).not.toContain(secret);
    expect(shown.html).not.toContain(`<span>${grouped[0]}</span>`);
    expect(shown.html).not.toContain('data:image/png');
  }
});

test('C20 adding and removing a factor ends every other session of the user, and nobody else’s', async () => {
  const world = openDemoWorld();
  const bob = world.browser();
  await bob.register('Bob');
  const browser = world.browser();
  await browser.register('Alice');
  const [second, third] = [world.browser(), world.browser()];
  await second.signIn('Alice');
  await third.signIn('Alice');
  const { factorId, secret } = await beginEnrollment(browser);
  expect(await second.get('/two-factor')).toMatchObject({ title: 'Two-factor authentication' });
  const code = (): string => new Totp(secret).generate({ at: world.clock.now() });
  await browser.post('/two-factor/activate', { factor: factorId, label: 'My phone', code: code() });
  for (const other of [second, third])
    expect(await other.get('/two-factor')).toMatchObject({ path: '/login' });
  expect(await browser.get('/two-factor')).toMatchObject({ title: 'Two-factor authentication' });
  expect(await bob.get('/two-factor')).toMatchObject({ title: 'Two-factor authentication' });

  world.clock.advance(30);
  await second.signIn('Alice');
  await second.post('/two-factor/challenge', { code: code() });
  const pending = world.browser();
  await pending.signIn('Alice');
  world.clock.advance(30);
  await browser.get('/two-factor');
  await browser.post('/two-factor/revoke', { factor: factorId });
  const ticket = browser.field('ticket');
  expect(
    (await browser.post('/two-factor/revoke', { factor: factorId, ticket, code: code() })).html,
  ).toContain('Two-factor authentication is off.');
  for (const other of [second, pending])
    expect(await other.get('/two-factor')).toMatchObject({ path: '/login' });
  expect(await bob.get('/two-factor')).toMatchObject({ title: 'Two-factor authentication' });
  expect(world.demo.users.findByKey('alice')).toMatchObject({ isEnrolled: false });
});

test('C21 the session id changes with the password, the code, the activation and each confirmed change; the old one is dead', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const browser = world.browser();
  const ids: string[] = [];
  const note = (): void => {
    ids.push(browser.cookie);
  };
  await browser.get('/login');
  note();
  await browser.post('/login', { name: 'Alice', password: 'correct horse battery' });
  note();
  await browser.post('/two-factor/challenge', { code: alice.code() });
  note();
  world.clock.advance(30);
  await browser.get('/two-factor');
  await browser.post('/two-factor/rename', { factor: alice.factorId, label: 'Old phone' });
  const ticket = browser.field('ticket');
  await browser.post('/two-factor/rename', {
    factor: alice.factorId,
    label: 'Old phone',
    ticket,
    code: alice.code(),
  });
  note();
  expect(new Set(ids).size).toBe(4);
  for (const old of ids.slice(0, -1)) {
    const thief = new DemoBrowser(world.demo);
    thief.cookie = old;
    expect(await thief.get('/two-factor')).toMatchObject({ path: '/login' });
    expect(await thief.get('/')).toMatchObject({ title: 'Welcome' });
  }

  const bob = world.browser();
  await bob.register('Bob');
  const before = bob.cookie;
  const { factorId, secret } = await beginEnrollment(bob);
  const code = new Totp(secret).generate({ at: world.clock.now() });
  await bob.post('/two-factor/activate', { factor: factorId, label: 'My phone', code });
  expect(bob.cookie).not.toBe(before);
  const thief = new DemoBrowser(world.demo);
  thief.cookie = before;
  expect(await thief.get('/two-factor')).toMatchObject({ path: '/login' });
});

test('C21 a session id that somebody else put into the browser is not the one after the sign-in', async () => {
  const world = openDemoWorld();
  await world.browser().register('Alice');
  const thief = world.browser();
  await thief.get('/login');
  const browser = world.browser();
  browser.cookie = thief.cookie;
  await browser.signIn('Alice');
  expect(browser.cookie).not.toBe(thief.cookie);
  expect(await thief.get('/')).toMatchObject({ title: 'Welcome' });
});
