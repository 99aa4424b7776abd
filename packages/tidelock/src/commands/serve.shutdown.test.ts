import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { sqliteStore } from '@tidelock/store-sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { loadUntilRefused } from '../../test-programs/load.ts';
import { temporaryFolder } from '../../test-programs/run-command.ts';
import { shownApiKey, startService } from '../../test-programs/start-service.ts';

/** The accounts that have an event in the store. */
async function writtenAccounts(folder: string): Promise<Set<string>> {
  const store = sqliteStore(join(folder, 'data/tidelock.db'));
  onTestFinished(() => store.close());
  const accounts = new Set<string>();
  let before: string | undefined;
  for (;;) {
    let last: string | undefined;
    const page = { tenant: 'default', limit: 1000, ...(before === undefined ? {} : { before }) };
    for await (const { account, position } of store.readEvents(page)) {
      accounts.add(account);
      last = position;
    }
    if (last === undefined) return accounts;
    before = last;
  }
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'F1 %s under load: every request is answered whole or refused, and exactly the answered ones are written',
  async (signal) => {
    const folder = temporaryFolder();
    const service = await startService({ folder });
    const apiKey = shownApiKey(service.written);
    let answers = 0;
    const fates = await loadUntilRefused({ url: service.url, apiKey, clients: 32 }, () => {
      answers += 1;
      if (answers === 300) service.signal(signal);
    });
    expect(await service.ended).toBe(0);
    expect(fates.filter(({ kind }) => kind === 'cut off')).toEqual([]);
    const answered = fates.filter((fate) => fate.kind === 'answered');
    expect(answered.length).toBeGreaterThanOrEqual(300);
    expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await writtenAccounts(folder)).toEqual(new Set(answered.map(({ account }) => account)));
  },
);

/** A request whose body is sent later, so that it is in flight. */
async function beginRequest(url: string, apiKey: string) {
  const body = '{"actor":"slow","reason":"test"}';
  const sent = request(`${url}/v1/accounts/slow/unlock`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      'content-length': body.length,
    },
  });
  const response = once(sent, 'response') as Promise<
    [{ statusCode: number; headers: Record<string, string> }]
  >;
  sent.on('error', () => undefined);
  sent.write(body.slice(0, 5));
  await once(sent, 'socket');
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { finish: () => sent.end(body.slice(5)), response };
}

test('a request whose body is still on its way is waited for, and its answer is the last of its connection', async () => {
  const service = await startService({ folder: temporaryFolder() });
  const { finish, response } = await beginRequest(service.url, shownApiKey(service.written));
  service.signal('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 1200));
  finish();
  const [{ statusCode, headers }] = await response;
  expect([statusCode, headers['connection']]).toEqual([200, 'close']);
  expect(await service.ended).toBe(0);
  expect(service.written.output).toContain('"message":"stopped"');
});

test('a second signal ends it at once; one that comes with the first, as from Ctrl-C under npm, does not', async () => {
  const service = await startService({ folder: temporaryFolder() });
  const { finish, response } = await beginRequest(service.url, shownApiKey(service.written));
  service.signal('SIGINT');
  // Later than the first, or the system would make one of both.
  await new Promise((resolve) => setTimeout(resolve, 50));
  service.signal('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 150));
  finish();
  expect((await response)[0].statusCode).toBe(200);
  expect(await service.ended).toBe(0);

  const stubborn = await startService({ folder: temporaryFolder() });
  const waiting = await beginRequest(stubborn.url, shownApiKey(stubborn.written));
  waiting.response.catch(() => undefined);
  stubborn.signal('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const startedAt = performance.now();
  stubborn.signal('SIGTERM');
  expect(await stubborn.ended).toBe(143);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

test('after SIGTERM, for TIDELOCK_DRAIN_SECONDS, /readyz says no and everybody who comes is answered', async () => {
  const environment = { TIDELOCK_DRAIN_SECONDS: '1' };
  const service = await startService({ folder: temporaryFolder(), environment });
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  const signalledAt = performance.now();
  service.signal('SIGTERM');
  await expect.poll(async () => (await fetch(`${service.url}/readyz`)).status).toBe(503);
  const refused = await fetch(`${service.url}/readyz`);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ type: 'urn:tidelock:error:web/not-ready' });
  const live = await fetch(`${service.url}/livez`);
  expect([live.status, live.headers.get('connection')]).toEqual([200, 'close']);
  expect(await service.ended).toBe(0);
  expect(performance.now() - signalledAt).toBeGreaterThanOrEqual(1000);
});
