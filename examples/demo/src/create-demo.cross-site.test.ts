import { expect, test } from 'vitest';
import type { Bending, DemoBrowser } from './testing/demo-browser.ts';
import { openDemoWorld } from './testing/demo-world.ts';

/** What another site's form, or a bent one, looks like. */
const foreign: readonly (readonly [string, Bending])[] = [
  ['another origin', { headers: { origin: 'https://evil.example' } }],
  ['another port', { headers: { origin: 'http://localhost:4000' } }],
  ['a sandboxed frame', { headers: { origin: 'null' } }],
  ['no origin at all', { headers: { origin: null } }],
  ['what the browser calls cross-site', { headers: { 'sec-fetch-site': 'cross-site' } }],
  ['a neighbouring host', { headers: { 'sec-fetch-site': 'same-site' } }],
  ['no token', { csrf: null }],
  ['a token of nobody', { csrf: 'x'.repeat(43) }],
  ['plain text', { headers: { 'content-type': 'text/plain' } }],
  ['JSON', { headers: { 'content-type': 'application/json' }, body: '{}' }],
  ['another method', { method: 'PUT' }],
];

const acts: readonly (readonly [string, (browser: DemoBrowser, factor: string) => Record<string, string>])[] =
  [
    ['/two-factor/enroll', () => ({ label: 'thief' })],
    ['/two-factor/rename', (_, factor) => ({ factor, label: 'thief' })],
    ['/two-factor/revoke', (_, factor) => ({ factor })],
    ['/two-factor/backup-codes', () => ({})],
    ['/two-factor/activate', (_, factor) => ({ factor, code: '000000' })],
    ['/logout', () => ({})],
  ];

for (const [name, bending] of foreign) {
  test(`C25 a form from ${name} changes nothing`, async () => {
    const world = openDemoWorld();
    const alice = await world.enroll('Alice');
    const events = await world.events('Alice');
    const { cookie } = alice.browser;
    for (const [path, fieldsOf] of acts) {
      await alice.browser.get('/two-factor');
      const fields = { ...fieldsOf(alice.browser, alice.factorId), ticket: 'tkt', code: alice.code() };
      const page = await alice.browser.post(path, fields, { ...bending, followsRedirects: false });
      expect([303, 403, 404, 405, 415], path).toContain(page.status);
      alice.browser.cookie = cookie;
    }
    expect(await world.events('Alice')).toEqual(events);
    expect(await alice.browser.get('/two-factor')).toMatchObject({ title: 'Two-factor authentication' });
  });
}

test('C25 a GET of every address changes nothing, whatever it carries', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const events = await world.events('Alice');
  const csrf = (await alice.browser.get('/two-factor'), alice.browser.field('csrf'));
  for (const [path, fieldsOf] of acts) {
    const query = new URLSearchParams({ csrf, _method: 'POST', ...fieldsOf(alice.browser, alice.factorId) });
    const headers = { 'x-http-method-override': 'POST', origin: 'http://localhost:3000' };
    const page = await alice.browser.get(`${path}?${query.toString()}`, { headers, followsRedirects: false });
    expect([303, 404], path).toContain(page.status);
  }
  expect(await world.events('Alice')).toEqual(events);
  expect(await alice.browser.get('/two-factor')).toMatchObject({ title: 'Two-factor authentication' });
});

test('C25 the token of one session is worth nothing in another, nor in a sign-in from elsewhere', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  const bob = await world.enroll('Bob');
  await bob.browser.get('/two-factor');
  const csrf = bob.browser.field('csrf');
  await alice.browser.get('/two-factor');
  const page = await alice.browser.post('/two-factor/backup-codes', {}, { csrf });
  expect(page).toMatchObject({ status: 403, title: 'Error: This page is out of date' });

  const stranger = world.browser();
  await stranger.get('/login');
  const fields = { name: 'Bob', password: 'correct horse battery' };
  expect(await stranger.post('/login', fields, { csrf })).toMatchObject({ status: 403 });
  expect(
    await stranger.post('/login', fields, { headers: { origin: 'https://evil.example' } }),
  ).toMatchObject({
    status: 403,
  });
});

test('C25 what browsers say of a form of our own is taken', async () => {
  const world = openDemoWorld();
  const alice = await world.enroll('Alice');
  await alice.browser.get('/two-factor');
  const page = await alice.browser.post(
    '/two-factor/backup-codes',
    {},
    {
      headers: { 'sec-fetch-site': 'same-origin', origin: null },
    },
  );
  expect(page).toMatchObject({ status: 200, title: 'Make new backup codes?' });
});
