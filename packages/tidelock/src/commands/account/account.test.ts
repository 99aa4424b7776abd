import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Totp } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { openService } from '../../service/open-service.ts';
import { temporaryFolder, tidelock } from '../../../test-programs/run-command.ts';
import { shownApiKey, startService } from '../../../test-programs/start-service.ts';

/** Somebody who is enrolled and then locked, in a store that nobody has open any more. */
async function lockedAccount(folder: string, tenant = 'default'): Promise<void> {
  const service = await openService({ environment: {}, folder });
  const engine = service.tidelock.forTenant(tenant);
  const { factor, secret } = await engine.totp.enroll('alice');
  await engine.activate('alice', { factorId: factor.id, code: new Totp(secret).generate() });
  for (let failure = 0; failure < 5; failure++) await engine.verify('alice', { code: 'wrong' });
  await service.close();
}

test('show, unlock and events: an administrator helps, under a name and with a reason', async () => {
  const folder = temporaryFolder();
  await lockedAccount(folder);
  const locked = JSON.parse((await tidelock(['account', 'show', 'alice', '--json'], { folder })).output);
  expect(locked).toMatchObject({
    id: 'alice',
    status: 'locked',
    lockedUntil: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    factors: [{ kind: 'totp', status: 'active', createdAt: expect.stringMatching(/Z$/) }],
    recovery: null,
  });
  expect(JSON.stringify(locked)).not.toMatch(/secret/i);
  const text = await tidelock(['account', 'show', 'alice'], { folder });
  expect(text.output).toMatch(/^alice: locked\nbackup codes left: 10\nlocked until /);
  const unlocked = await tidelock(['account', 'unlock', 'alice', '--reason', 'ticket 4711'], { folder });
  expect(unlocked).toMatchObject({ status: 0, output: 'alice is not locked any more.\n' });
  expect((await tidelock(['account', 'show', 'alice'], { folder })).output).toMatch(/^alice: active\n/);
  const events = await tidelock(['account', 'events', 'alice', '--limit', '2', '--json'], { folder });
  const { items, nextCursor } = JSON.parse(events.output) as { items: object[]; nextCursor: string };
  expect(items).toHaveLength(2);
  expect(items[0]).toMatchObject({ kind: 'unlocked', actor: userInfo().username, note: 'ticket 4711' });
  const older = await tidelock(['account', 'events', 'alice', '--cursor', nextCursor], { folder });
  expect(older.output).toContain('factor-activated');
  expect(older.output).not.toContain('unlocked');
});

test('F4 reset has a waiting time, and --confirm does not shorten it', async () => {
  const folder = temporaryFolder();
  await lockedAccount(folder);
  const reset = ['account', 'reset', 'alice', '--reason', 'lost phone', '--actor', 'J. Doe'];
  const begun = await tidelock(reset, { folder });
  expect(begun).toMatchObject({
    status: 0,
    output: expect.stringContaining('by J. Doe. Nothing is removed'),
  });
  const early = await tidelock([...reset, '--confirm', '--json'], { folder });
  expect(early.status).toBe(3);
  expect(JSON.parse(early.output)).toMatchObject({ error: { code: 'engine/recovery-not-ready' } });
  const shown = await tidelock(['account', 'show', 'alice', '--json'], { folder });
  expect(JSON.parse(shown.output)).toMatchObject({ status: 'locked', recovery: { actor: 'J. Doe' } });
});

test('another tenant has other accounts', async () => {
  const folder = temporaryFolder();
  await lockedAccount(folder, 'acme');
  const show = ['account', 'show', 'alice'];
  expect((await tidelock(show, { folder })).output).toMatch(/^alice: none\n/);
  expect((await tidelock([...show, '--tenant', 'acme'], { folder })).output).toMatch(/^alice: locked\n/);
  const wrong = await tidelock([...show, '--tenant', 'Not A Tenant'], { folder });
  expect(wrong).toMatchObject({
    status: 2,
    output: '',
    errors: expect.stringContaining('A tenant is named by'),
  });
});

test('it works while the service runs, and the service sees it', async () => {
  const folder = temporaryFolder();
  await lockedAccount(folder);
  const environment = { TIDELOCK_API_KEY: 'given-by-the-operator-0123456789' };
  const service = await startService({ folder, environment });
  const status = async () => {
    const headers = { authorization: `Bearer ${environment.TIDELOCK_API_KEY}` };
    const response = await fetch(`${service.url}/v1/accounts/alice`, { headers });
    return ((await response.json()) as { status: string }).status;
  };
  expect(await status()).toBe('locked');
  const run = await tidelock(['account', 'unlock', 'alice', '--reason', 'x'], { folder });
  expect(run.status).toBe(0);
  expect(await status()).toBe('active');
});

test('without a store, it says how one is begun, and makes nothing', async () => {
  const folder = temporaryFolder();
  const run = await tidelock(['account', 'show', 'alice'], { folder });
  expect(run).toMatchObject({ status: 3, output: '' });
  expect(run.errors).toContain('tidelock serve');
  expect((await tidelock(['keys', 'status'], { folder })).status).toBe(3);
  const { firstRun, close } = await openService({ environment: {}, folder });
  await close();
  expect(firstRun).toMatchObject({ resumed: false });
});

test.each([
  [['account', 'unlock', 'alice'], "required option '--reason <text>'"],
  [['account', 'show'], "missing required argument 'account'"],
  [['account', 'events', 'alice', '--limit', '0'], '1 to 1000'],
  [['account', 'events', 'alice', '--cursor', '../..'], 'not the cursor'],
  [['account', 'unlock', 'alice', '--reason', ''], 'a reason has 1 to 500'],
])('wrong usage %j has status 2', async (args, words) => {
  const folder = temporaryFolder();
  await (await openService({ environment: {}, folder })).close();
  const run = await tidelock(args, { folder });
  expect(run).toMatchObject({ status: 2, output: '' });
  expect(run.errors.replace('1,000', '1000')).toContain(words);
});

test('C12 a revoked API key is refused by the running service within a second', async () => {
  const folder = temporaryFolder();
  const service = await startService({ folder });
  const first = shownApiKey(service.written);
  const call = async (key: string, path = '/v1/accounts/a') =>
    (await fetch(service.url + path, { headers: { authorization: `Bearer ${key}` } })).status;
  const made = await tidelock(['api-key', 'new', '--scope', 'read', '--label', 'dashboard', '--json'], {
    folder,
  });
  const { key, keyId, scopes } = JSON.parse(made.output) as { key: string; keyId: string; scopes: string[] };
  expect(scopes).toEqual(['read']);
  expect(await call(key)).toBe(200);
  const listed = await tidelock(['api-key', 'list'], { folder });
  expect(listed.output).toContain('dashboard');
  expect(listed.output).not.toContain(key);
  expect((await tidelock(['api-key', 'revoke', keyId], { folder })).status).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 2100));
  expect(await call(key)).toBe(401);
  expect(await call(first)).toBe(200);
  const unknown = await tidelock(['api-key', 'revoke', keyId], { folder });
  expect(unknown).toMatchObject({ status: 3, errors: expect.stringContaining('no API key with this id') });
});

test('C15 export shows all that is kept of a person, and erase leaves nothing but that it was done', async () => {
  const folder = temporaryFolder();
  await lockedAccount(folder);
  const out = join(folder, 'alice.json');
  expect((await tidelock(['account', 'export', 'alice', '--out', out], { folder })).status).toBe(0);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  const person = JSON.parse(readFileSync(out, 'utf8')) as { events: object[] };
  expect(person).toMatchObject({ account: { id: 'alice', status: 'locked' }, contacts: null });
  expect(person.events[0]).toMatchObject({ kind: 'account-exported', at: expect.stringMatching(/Z$/) });
  expect((await tidelock(['account', 'export', 'alice', '--out', out], { folder })).status).toBe(2);
  const erase = (account: string) =>
    tidelock(['account', 'erase', account, '--reason', 'ticket 4711'], { folder });
  const enrolled = await erase('alice');
  expect(enrolled).toMatchObject({ status: 3, errors: expect.stringContaining('begins a reset') });
  await tidelock(['account', 'unlock', 'bob', '--reason', 'x'], { folder });
  expect(await erase('bob')).toMatchObject({ status: 0, output: 'All that was kept of bob is erased.\n' });
  const events = await tidelock(['account', 'events', 'bob', '--json'], { folder });
  expect(JSON.parse(events.output)).toMatchObject({
    items: [{ kind: 'account-erased' }, { kind: 'erased' }],
  });
});
