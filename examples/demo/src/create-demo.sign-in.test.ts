import { createTidelock, keyRing } from '@tidelock/engine';
import { memoryStore } from '@tidelock/engine/testing';
import { expect, test } from 'vitest';
import { createDemo } from './create-demo.ts';
import { DemoBrowser, password } from './testing/demo-browser.ts';
import { openDemoWorld } from './testing/demo-world.ts';

test('S12 S38 name and password first, then the code, then the session', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const browser = world.browser();
  expect(await browser.signIn('Alice')).toMatchObject({ title: 'Enter your code', status: 200 });
  const home = await browser.post('/two-factor/challenge', { code: alice.code() });
  expect(home).toMatchObject({ path: '/', title: 'Home' });
  expect(home.html).toContain('Hello, Alice');
});

test('S12 passwords are kept as argon2id, each with a salt of its own', async () => {
  const world = openDemoWorld();
  await world.browser().register('Alice');
  await world.browser().register('Bob');
  const rows = world.database.prepare('SELECT password FROM users').all();
  const kept = rows.map((row) => String(row['password']));
  for (const text of kept) expect(text).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(new Set(kept).size).toBe(2);
});

test('S38 E3 an unknown name and a wrong password have one answer, and cost one hash', async () => {
  const world = openDemoWorld();
  await world.browser().register('Alice');
  const answers: string[] = [];
  const times: number[] = [];
  for (const name of ['Alice', 'Nobod']) {
    const browser = world.browser();
    await browser.get('/login');
    const startedAt = performance.now();
    const page = await browser.post('/login', { name, password: 'not the password' });
    times.push(performance.now() - startedAt);
    expect(page.status).toBe(403);
    answers.push(page.html.replaceAll(name, 'NAME').replaceAll(/name="csrf" value="[^"]*"/g, ''));
  }
  expect(answers[0]).toContain('The name or the password is not right.');
  expect(answers[1]).toBe(answers[0]);
  // A look-up alone takes less than a millisecond, a hash twenty: a factor of three is wide enough for a busy machine.
  expect(times[1]! * 3).toBeGreaterThan(times[0]!);
});

test('A9 a code beside a wrong password is not even looked at', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const before = await world.events('Alice');
  const browser = world.browser();
  await browser.get('/login');
  for (const code of [alice.code(), '000000', alice.backupCodes[0]!]) {
    const page = await browser.post('/login', { name: 'Alice', password: 'wrong wrong', code });
    expect(page).toMatchObject({ status: 403, title: 'Error: Sign in' });
    const challenge = await browser.post('/two-factor/challenge', { code });
    expect(challenge.path).toBe('/login');
  }
  expect(await world.events('Alice')).toEqual(before);
  expect(world.database.prepare('SELECT count(*) AS n FROM sessions').get()).toEqual({ n: 1 });
});

test('A1 A6 a code that was used, for activation or for a sign-in, opens nothing again', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const spent = alice.code(-1);
  const browser = world.browser();
  await browser.signIn('Alice');
  expect(await browser.post('/two-factor/challenge', { code: spent })).toMatchObject({
    status: 403,
    title: 'Error: Enter your code',
  });
  const code = alice.code();
  expect(await browser.post('/two-factor/challenge', { code })).toMatchObject({ path: '/' });
  const other = world.browser();
  await other.signIn('Alice');
  expect(await other.post('/two-factor/challenge', { code })).toMatchObject({ status: 403 });
});

test('S24 five wrong codes lock the account, for the right code and every browser; a backup code still opens', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const browser = world.browser();
  await browser.signIn('Alice');
  const told: string[] = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const page = await browser.post('/two-factor/challenge', { code: `00000${attempt}` });
    told.push(/<a href="#code">([^<]*)<\/a>/.exec(page.html)?.[1] ?? '');
  }
  expect(told[1]).toContain('3 tries left.');
  expect(told[4]).toContain('Too many wrong codes. Wait 1 minute');
  const elsewhere = world.browser();
  await elsewhere.signIn('Alice');
  expect(await elsewhere.post('/two-factor/challenge', { code: alice.code() })).toMatchObject({
    status: 429,
  });
  expect(
    await elsewhere.post('/two-factor/challenge?use=backup-code', { code: alice.backupCodes[0]! }),
  ).toMatchObject({ path: '/' });
});

test('C9 every spelling of a name finds the same user, and the same second factor', async () => {
  const world = openDemoWorld();
  await world.enroll('Ann\u00e9');
  for (const spelling of ['ann\u00e9', 'ANN\u00c9', 'Anne\u0301', ' anne\u0301 ']) {
    expect(await world.browser().signIn(spelling)).toMatchObject({ title: 'Enter your code' });
    expect(await world.browser().register(spelling)).toMatchObject({ status: 422 });
  }
});

test('a store that lost its accounts lets nobody in who is known to be enrolled', async () => {
  const world = openDemoWorld();
  await world.enroll('Alice');
  const keys = keyRing('test:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=');
  const emptied = createTidelock({ issuer: 'Acme', store: memoryStore(), keys, clock: world.clock });
  const demo = createDemo({ tidelock: emptied, database: world.database, brand: 'Acme' });
  const browser = new DemoBrowser(demo);
  expect(await browser.signIn('Alice')).toMatchObject({
    status: 503,
    title: 'Error: We cannot sign you in now',
  });
  expect((await browser.get('/two-factor')).path).toBe('/login');
});

test('SESS-06 a session ends after a day, after an hour without use, and a pending one after ten minutes', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const pending = world.browser();
  await pending.signIn('Alice');
  world.clock.advance(601);
  expect(await pending.post('/two-factor/challenge', { code: alice.code() })).toMatchObject({
    path: '/login',
  });
  expect(await alice.browser.get('/')).toMatchObject({ title: 'Home' });
  world.clock.advance(3601);
  expect(await alice.browser.get('/')).toMatchObject({ title: 'Welcome' });

  const bob = world.browser();
  await bob.register('Bob');
  for (let hour = 0; hour < 24; hour += 1) {
    expect(await bob.get('/')).toMatchObject({ title: 'Home' });
    world.clock.advance(3599);
  }
  world.clock.advance(60);
  expect(await bob.get('/')).toMatchObject({ title: 'Welcome' });
});

test('a name or a password of a wrong form is said, and makes no account', async () => {
  const world = openDemoWorld();
  const browser = world.browser();
  await browser.get('/register');
  for (const name of ['', 'two words', 'x'.repeat(41), 'bell\u0007', 'a:b']) {
    expect(await browser.post('/register', { name, password })).toMatchObject({ status: 422 });
  }
  for (const short of ['', '1234567', 'x'.repeat(129)]) {
    expect(await browser.post('/register', { name: 'Carol', password: short })).toMatchObject({
      status: 422,
    });
  }
  expect(world.database.prepare('SELECT count(*) AS n FROM users').get()).toEqual({ n: 0 });
});
