import { copyFileSync, rmSync } from 'node:fs';
import { Totp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import { hasTerminal, onTerminal } from '../../../test-programs/on-terminal.ts';
import { gather, temporaryFolder, tidelock } from '../../../test-programs/run-command.ts';
import { shownApiKey, startService, type StartedService } from '../../../test-programs/start-service.ts';

const day = 86_400;

/** Asks a service as an application does. */
function askerOf({ url }: StartedService, key: string) {
  return async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/v1/accounts/alice${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, never> };
  };
}

async function stop(service: StartedService): Promise<void> {
  service.signal('SIGTERM');
  expect(await service.ended).toBe(0);
}

describe('a database that was copied, used, lost and brought back', () => {
  test('A1 S08 accepts nothing that was spent after the copy, once the command has run, and fresh codes later', async () => {
    const folder = temporaryFolder();
    const database = `${folder}/data/tidelock.db`;
    const first = await startService({ folder });
    const key = shownApiKey(first.written);
    const ask = askerOf(first, key);
    const { body: enrolled } = await ask('POST', '/factors', { kind: 'totp' });
    const { factor, secret } = enrolled as unknown as { factor: { id: string }; secret: string };
    const totp = new Totp(secret);
    const codeAt = (step: number): string => totp.generate({ at: Date.now() / 1000 + step * 30 });
    const activation = await ask('POST', `/factors/${factor.id}/activate`, { code: codeAt(-1) });
    expect(activation.status).toBe(200);
    const [backupCode] = (activation.body as unknown as { backupCodes: string[] }).backupCodes;
    const { body: challenge } = await ask('POST', '/challenges', { purpose: 'login' });
    const { ticket } = challenge as unknown as { ticket: string };
    await stop(first);
    copyFileSync(database, `${folder}/backup.db`);

    const second = await startService({ folder });
    const spend = askerOf(second, key);
    const [now, next] = [codeAt(0), codeAt(1)];
    expect(await spend('POST', '/verify', { code: now })).toMatchObject({ status: 200 });
    expect(await spend('POST', '/verify', { code: next })).toMatchObject({ status: 200 });
    expect(await spend('POST', '/verify', { code: backupCode })).toMatchObject({ status: 200 });
    second.signal('SIGKILL');
    await second.ended;

    for (const ending of ['-wal', '-shm']) rmSync(`${database}${ending}`, { force: true });
    copyFileSync(`${folder}/backup.db`, database);
    const unasked = await tidelock(['store', 'restored'], { folder });
    expect(unasked).toMatchObject({ status: 2, errors: expect.stringContaining('--yes') as string });
    const early = ['store', 'restored', '--yes', '--at', '2026-01-01T00:00:00Z'];
    expect((await tidelock(early, { folder })).status).toBe(2);
    const run = await tidelock(['store', 'restored', '--yes', '--json', '--actor', 'olga'], { folder });
    expect(run.status).toBe(0);
    const { epoch, restoredAt } = JSON.parse(run.output) as { epoch: number; restoredAt: string };
    expect(Math.abs(Date.parse(restoredAt) / 1000 - epoch)).toBeLessThan(60);

    const third = await startService({ folder });
    const present = askerOf(third, key);
    expect(await present('GET', '')).toMatchObject({ body: { status: 'active', backupCodesLeft: 0 } });
    const replays = await Promise.all(
      [now, next, backupCode].map((code) => present('POST', '/verify', { code })),
    );
    expect(replays.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(await present('POST', '/verify', { code: codeAt(2), ticket })).toMatchObject({ status: 403 });
    const { body: events } = await present('GET', '/events');
    const { items } = events as unknown as { items: { kind: string }[] };
    expect(items.filter(({ kind }) => kind === 'account-restored')).toHaveLength(1);
    const storeLog = await tidelock(['audit', 'export', '--out', `${folder}/log.jsonl`], { folder });
    expect(storeLog.status).toBe(0);
    expect((await tidelock(['audit', 'verify', `${folder}/log.jsonl`], { folder })).status).toBe(0);
    await stop(third);
  });

  test('C17 the command refuses other keys, and a store that holds nothing', async () => {
    const folder = temporaryFolder();
    expect((await tidelock(['store', 'restored', '--yes'], { folder })).status).toBe(3);
    expect((await tidelock(['init'], { folder })).status).toBe(0);
    const { output: other } = await tidelock(['keys', 'new'], { folder });
    const environment = { TIDELOCK_KEYS: other.trim() };
    const refused = await tidelock(['store', 'restored', '--yes'], { folder, environment });
    expect(refused).toMatchObject({
      status: 3,
      errors: expect.stringContaining('None of these keys belongs to this store') as string,
    });
    const at = new Date((Date.now() / 1000 + day) * 1000).toISOString();
    expect((await tidelock(['store', 'restored', '--yes', '--at', at], { folder })).status).toBe(2);
    const twice = await Promise.all([1, 2].map(() => tidelock(['store', 'restored', '--yes'], { folder })));
    expect(twice.map(({ status }) => status)).toEqual([0, 0]);
  });

  test.runIf(hasTerminal)('on a terminal it asks, and no is no', async () => {
    const folder = temporaryFolder();
    expect((await tidelock(['init'], { folder })).status).toBe(0);
    const environment = { TIDELOCK_STORE: `sqlite:${folder}/data/tidelock.db` };
    for (const [answer, status] of [
      ['n', 2],
      ['y', 0],
    ] as const) {
      const child = onTerminal('store restored', environment);
      const run = gather(child);
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('End all')) child.stdin.write(answer);
      });
      expect((await run).status, answer).toBe(status);
    }
  });
});
