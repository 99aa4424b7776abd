import { expect, test } from 'vitest';
import type { DemoBrowser } from './testing/demo-browser.ts';
import { password } from './testing/demo-browser.ts';
import { openDemoWorld, type DemoWorld, type Enrolled } from './testing/demo-world.ts';

const challengePath = '/two-factor/challenge';
const recoveryPath = '/two-factor/recovery';
/** Those that are sent by whoever owes a code. */
const owedPaths: readonly string[] = [challengePath, `${recoveryPath}/begin`, `${recoveryPath}/confirm`];

/** Every address of the routers that takes a form; the API has a walk of its own. */
function formPaths(world: DemoWorld): readonly string[] {
  const posts = world.demo.routes.filter(({ method, path }) => method === 'POST' && !path.includes('*'));
  return [...new Set(posts.map(({ path }) => path))];
}

/** Somebody in the state from which this form is sent: signed in, or owing a code. */
async function browserFor(world: DemoWorld, path: string, { browser, name }: Enrolled): Promise<DemoBrowser> {
  if (!owedPaths.includes(path)) return browser;
  const pending = world.browser();
  await pending.signIn(name);
  return pending;
}

interface Setup {
  readonly browser: DemoBrowser;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What the form needs besides the code: a ticket where it asks for one, a begun setup where it finishes it. */
async function prepare(world: DemoWorld, path: string, alice: Enrolled): Promise<Setup> {
  let fields: Record<string, string> = { factor: alice.factorId, label: 'tablet', kind: 'app' };
  if (path === '/two-factor/activate') {
    await alice.confirm('/two-factor/enroll', { label: 'tablet' });
    fields = { ...fields, factor: alice.browser.field('factor') };
  }
  const browser = await browserFor(world, path, alice);
  if (owedPaths.includes(path)) {
    await browser.get(path === challengePath ? path : recoveryPath);
    if (path === `${recoveryPath}/confirm`) await browser.post(`${recoveryPath}/begin`);
    return { browser, path, fields: {} };
  }
  await browser.get('/two-factor');
  if (
    path !== '/two-factor/activate' &&
    path !== '/two-factor/recovery/not-me' &&
    path.startsWith('/two-factor')
  ) {
    const asked = await browser.post(path, fields);
    const ticket = /name="ticket" value="([^"]+)"/.exec(asked.html)?.[1];
    if (ticket !== undefined) fields = { ...fields, ticket };
  }
  return { browser, path, fields };
}

/** Well-formed, and right nowhere: six digits, or the form of a mailed code. */
function wrongCodeFor(path: string): string {
  return path.startsWith(recoveryPath) ? '0000-0000' : '000000';
}

async function judgedCount(world: DemoWorld): Promise<number> {
  const events = await world.events('Alice');
  return events.filter(({ kind }) => kind === 'verification-rejected').length;
}

test('B1 B8 B9 every form that takes a code is found by the routers, counts on the account, and locks it', async () => {
  const judging: string[] = [];
  for (const path of formPaths(openDemoWorld())) {
    const world = openDemoWorld({ notices: { channel: 'email' } });
    const alice = await world.enroll('Alice', 'alice@example.com');
    const { browser, fields } = await prepare(world, path, alice);
    for (let guess = 0; guess < 9; guess += 1) {
      const ticket = /name="ticket" value="([^"]+)"/.exec(browser.page?.html ?? '')?.[1];
      await browser.post(path, {
        ...fields,
        ...(ticket === undefined ? {} : { ticket }),
        code: wrongCodeFor(path),
      });
      // A dead ticket or an ended session is begun anew: that is what a guesser does.
      if (browser.page?.path === '/login') await browser.signIn('Alice');
      if (path === challengePath) await browser.get(challengePath);
      if (path === `${recoveryPath}/confirm`) await browser.get(recoveryPath);
    }
    const judged = await judgedCount(world);
    if (judged === 0) continue;
    judging.push(path);
    expect([path, judged]).toEqual([path, 5]);
    expect((await world.tidelock.account(alice.account)).status).toBe('locked');
    const late = await world.tidelock.verify(alice.account, { code: alice.code() });
    expect([path, late.outcome]).toEqual([path, 'locked']);
  }
  expect(judging.toSorted()).toEqual(
    ['activate', 'backup-codes', 'challenge', 'enroll', 'recovery/confirm', 'rename', 'revoke'].map(
      (name) => `/two-factor/${name}`,
    ),
  );
});

test('C2 LIFE-18 no route gives whoever has a second factor a full session for the password alone', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const paths = new Set(world.demo.routes.map(({ path }) => path.replace('/*', '')));
  expect(paths.size).toBeGreaterThan(12);
  for (const path of paths) {
    for (const method of ['GET', 'POST', 'PUT']) {
      const browser = world.browser();
      await browser.get('/login');
      const csrf = browser.field('csrf');
      const fields = { csrf, name: 'Alice', password, account: alice.account, username: 'Alice' };
      const query = method === 'GET' ? `?${new URLSearchParams(fields).toString()}` : '';
      const body = method === 'GET' ? undefined : new URLSearchParams(fields).toString();
      await browser.send(method, path + query, body, { followsRedirects: false });
      const home = await browser.get('/');
      expect([`${method} ${path}`, home.html.includes('Hello, Alice')]).toEqual([`${method} ${path}`, false]);
      const states = world.database.prepare("SELECT state FROM sessions WHERE state = 'full'").all();
      // That of her own browser, from the enrollment.
      expect([`${method} ${path}`, states.length]).toEqual([`${method} ${path}`, 1]);
    }
  }
});

test('C3 C6 neither basic authentication nor a bearer token nor a header opens what a page guards', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const pending = world.browser();
  await pending.signIn('Alice');
  const token = pending.cookie.slice(pending.cookie.indexOf('=') + 1);
  const full = alice.browser.cookie.slice(alice.browser.cookie.indexOf('=') + 1);
  const basic = Buffer.from(`Alice:${password}`).toString('base64');
  const credentials = [
    { authorization: `Basic ${basic}` },
    { authorization: `Bearer ${token}` },
    { authorization: `Bearer ${full}` },
    { authorization: `Basic ${basic}`, 'x-gitea-otp': alice.code(), 'x-otp': alice.code() },
    { 'x-user': alice.account, 'x-forwarded-user': 'Alice', 'remote-user': 'Alice' },
  ];
  for (const headers of credentials) {
    for (const { path } of world.demo.routes) {
      const stranger = world.browser();
      const target = path.replace('/*', `/accounts/${alice.account}`);
      const page = await stranger.send('GET', target, undefined, { headers, followsRedirects: false });
      const place = `${target} ${Object.keys(headers).join()}`;
      expect([place, page.html.includes('My phone')]).toEqual([place, false]);
      expect([place, page.html.includes('Hello')]).toEqual([place, false]);
    }
  }
  // The code of the header was looked at by nobody, and still opens the sign-in that asked for it.
  expect(await pending.post(challengePath, { code: alice.code() })).toMatchObject({ path: '/' });
});
