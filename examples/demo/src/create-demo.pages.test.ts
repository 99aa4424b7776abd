import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Totp } from '@tidelock/otp';
import { sqliteStore } from '@tidelock/store-sqlite';
import { expect, test } from 'vitest';
import { DemoBrowser } from './testing/demo-browser.ts';
import { beginEnrollment, openDemoWorld } from './testing/demo-world.ts';

test('S10 S17 S35 turning it on: QR code, key in groups of four, a first code, backup codes once', async () => {
  const world = openDemoWorld();
  const browser = world.browser();
  await browser.register('Alice');
  await browser.get('/two-factor');
  const { html, headers } = await browser.post('/two-factor/enroll', { label: 'My phone' });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(html).toMatch(/<img src="data:image\/png;base64,[A-Za-z0-9+/=]+" alt="[^"]+"/);
  expect(html.match(/<span>[A-Z2-7]{4}<\/span>/g)).toHaveLength(8);
  expect(html).toContain('href="otpauth://totp/Acme:Alice?secret=');
  expect(html).toContain('npx tidelock code &#39;otpauth://');
});

test('S29 devices are added with a code, named, renamed and removed one by one', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const page = await alice.confirm('/two-factor/enroll', { label: 'Tablet' });
  const factor = alice.browser.field('factor');
  const tablet = new Totp(/data-text="([A-Z2-7]{32})"/.exec(page.html)![1]!);
  const added = await alice.browser.post('/two-factor/activate', {
    factor,
    label: 'Tablet',
    code: tablet.generate({ at: world.clock.now() }),
  });
  expect(added.html).toContain('The device was added.');
  expect(added.html).toContain('<h3>Tablet</h3>');
  const renamed = await alice.confirm('/two-factor/rename', { factor, label: '  Kitchen <tablet>  ' });
  expect(renamed.html).toContain('<h3>Kitchen &lt;tablet&gt;</h3>');
  const removed = await alice.confirm('/two-factor/revoke', { factor: alice.factorId });
  expect(removed.html).toContain('The device was removed.');
  expect(removed.html).not.toContain('<h3>My phone</h3>');
  expect(world.demo.users.findByKey('alice')).toMatchObject({ isEnrolled: true });
});

test('S09 new backup codes are shown once, and the old ones are dead', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const { html, headers } = await alice.confirm('/two-factor/backup-codes');
  expect(headers.get('cache-control')).toBe('no-store');
  const codes = [...html.matchAll(/<code>([0-9A-Z-]{19})<\/code>/g)].map((match) => match[1]!);
  expect(codes).toHaveLength(10);
  const browser = world.browser();
  await browser.signIn('Alice');
  const old = await browser.post('/two-factor/challenge?use=backup-code', { code: alice.backupCodes[0]! });
  expect(old).toMatchObject({ status: 403, title: 'Error: Enter a backup code' });
  expect(await browser.post('/two-factor/challenge', { code: codes[0]! })).toMatchObject({ path: '/' });
});

test('S02 enrollment and new backup codes are refused over plain http, and served by https or on this machine', async () => {
  const world = openDemoWorld();
  const far = new DemoBrowser(world.demo, 'http://demo.example');
  await far.register('Alice');
  await far.get('/two-factor');
  expect(await far.post('/two-factor/enroll', { label: 'My phone' })).toMatchObject({
    status: 403,
    title: 'Error: This needs a secure connection',
  });
  // A proxy that nobody told us to trust may say what it likes.
  const claimed = await far.post(
    '/two-factor/enroll',
    { label: 'x' },
    { headers: { 'x-forwarded-proto': 'https' } },
  );
  expect(claimed.status).toBe(403);
  const safe = new DemoBrowser(world.demo, 'https://demo.example');
  await safe.register('Bob');
  expect(safe.cookie).toMatch(/^__Host-tidelock=/);
  expect((await beginEnrollment(safe)).secret).toHaveLength(32);
});

test('SESS-08 the cookie is HttpOnly, SameSite=Lax, and by https __Host- and Secure', async () => {
  const world = openDemoWorld({ trustProxy: true });
  const cookieOf = async (url: string, headers: Record<string, string> = {}): Promise<string> =>
    (await world.demo.fetch(new Request(url, { headers }))).headers.getSetCookie()[0] ?? '';
  const plain = await cookieOf('http://localhost:3000/login');
  expect(plain).toMatch(/^tidelock=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const https = /^__Host-tidelock=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/;
  expect(await cookieOf('https://demo.example/login')).toMatch(https);
  expect(await cookieOf('http://demo.example/login', { 'x-forwarded-proto': 'https' })).toMatch(https);
});

test('every page forbids scripts and styles of its own, frames, foreign hosts and being kept', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  for (const path of ['/', '/login', '/register', '/two-factor', '/two-factor/challenge', '/nothing']) {
    for (const browser of [alice.browser, world.browser()]) {
      const { headers, html } = await browser.get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(html).not.toMatch(/<style|style=|\son[a-z]+=|<script(?! type="module" src="\/two-factor\/)/);
      expect(html).toMatch(/^<!doctype html><html lang="en">/);
    }
  }
});

test('recent activity is told in plain words, and has no code in it', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const browser = world.browser();
  await browser.signIn('Alice');
  await browser.post('/two-factor/challenge', { code: alice.code(-1) });
  await browser.post('/two-factor/challenge', { code: alice.backupCodes[0]! });
  const { html } = await browser.get('/two-factor');
  expect(html).toContain('Signed in with a backup code; 9 left');
  expect(html).toContain('A code that had been used before was refused');
  expect(html).toContain('“My phone” was added');
  for (const secret of [alice.code(-1), ...alice.backupCodes]) expect(html).not.toContain(secret);
});

test('a reload of the page with the backup codes leads on, and shows them no more', async () => {
  const world = openDemoWorld();
  const browser = world.browser();
  await browser.register('Alice');
  const { factorId, secret } = await beginEnrollment(browser);
  const fields = { factor: factorId, label: 'x', code: new Totp(secret).generate({ at: world.clock.now() }) };
  expect(await browser.post('/two-factor/activate', fields)).toMatchObject({
    title: 'Keep your backup codes',
  });
  // The new page's form token, as a browser would send the old form again: it is out of date.
  expect(await browser.post('/two-factor/activate', fields)).toMatchObject({
    title: 'Two-factor authentication',
  });
});

test('the account is there after a restart, on the files of SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-demo-'));
  try {
    const store = sqliteStore(join(folder, 'tidelock.db'));
    const world = openDemoWorld({ store });
    const alice = await world.enroll('Alice');
    await world.tidelock.close();
    const again = openDemoWorld({ store: sqliteStore(join(folder, 'tidelock.db')) });
    expect(await again.tidelock.account(alice.account)).toMatchObject({
      status: 'active',
      backupCodesLeft: 10,
    });
    await again.tidelock.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the JSON API answers in the same process, for the same accounts', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const { key } = await world.tidelock.directory.createApiKey({
    tenant: 'default',
    scopes: ['read'],
    label: 'test',
  });
  const request = new Request(`http://localhost:3000/v1/accounts/${alice.account}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect(await (await world.demo.fetch(request)).json()).toMatchObject({
    status: 'active',
    backupCodesLeft: 10,
  });
});
