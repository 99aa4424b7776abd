import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createTidelock, keyRing } from '@tidelock/engine';
import { Totp } from '@tidelock/otp';
import { sqliteStore } from '@tidelock/store-sqlite';
import { describe, expect, test } from 'vitest';
import { hasTerminal, onTerminal } from '../../../test-programs/on-terminal.ts';
import { gather, startTidelock, temporaryFolder, tidelock } from '../../../test-programs/run-command.ts';
import { shownApiKey, startService } from '../../../test-programs/start-service.ts';
import { newKey } from '../../service/keys-file.ts';

const key = newKey('one');
const environment = { TIDELOCK_KEYS: key };

/** A store with so many enrollments that are pending. */
async function filledFolder(accounts: number): Promise<string> {
  const folder = temporaryFolder();
  expect((await tidelock(['init'], { folder, environment })).status).toBe(0);
  const store = sqliteStore(`${folder}/data/tidelock.db`);
  const engine = createTidelock({ issuer: 'Acme', store, keys: keyRing(key) });
  for (let start = 0; start < accounts; start += 500)
    await Promise.all(
      Array.from({ length: Math.min(500, accounts - start) }, (_, index) =>
        engine.totp.enroll(`user-${start + index}`),
      ),
    );
  await engine.close();
  return folder;
}

const copyArgs = ['store', 'copy', 'sqlite:data/tidelock.db', 'sqlite:copy.db'];

describe('tidelock store copy', () => {
  test('S08 a service on the copy knows what was spent on the source, and takes its API key and a fresh code', async () => {
    const folder = temporaryFolder();
    const first = await startService({ folder });
    const apiKey = shownApiKey(first.written);
    const ask = async (url: string, path: string, body: object) => {
      const response = await fetch(`${url}/v1/accounts/alice${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as object };
    };
    const { body } = await ask(first.url, '/factors', { kind: 'totp' });
    const { factor, secret } = body as { factor: { id: string }; secret: string };
    const totp = new Totp(secret);
    const codeAt = (step: number): string => totp.generate({ at: Date.now() / 1000 + step * 30 });
    const before = codeAt(-1);
    expect((await ask(first.url, `/factors/${factor.id}/activate`, { code: before })).status).toBe(200);
    const spent = codeAt(0);
    expect((await ask(first.url, '/verify', { code: spent })).status).toBe(200);
    first.signal('SIGTERM');
    await first.ended;
    mkdirSync(`${folder}/moved`);
    const target = 'sqlite:moved/tidelock.db';
    const copy = await tidelock(['store', 'copy', 'sqlite:data/tidelock.db', target, '--json'], { folder });
    expect(copy.status).toBe(0);
    // The identity, the directory and alice; the mark of the copy is gone.
    expect(JSON.parse(copy.output)).toMatchObject({ accounts: 3, differenceCount: 0, resumed: false });
    expect(statSync(`${folder}/moved/tidelock.db`).mode & 0o777).toBe(0o600);
    const withoutKeys = await tidelock(['serve'], { folder, environment: { TIDELOCK_STORE: target } });
    expect(withoutKeys).toMatchObject({ status: 3, errors: expect.stringContaining('keys') as string });
    const { readFileSync } = await import('node:fs');
    const keys = readFileSync(`${folder}/data/keys`, 'utf8').trim();
    const second = await startService({
      folder,
      environment: { TIDELOCK_STORE: target, TIDELOCK_KEYS: keys },
    });
    expect((await ask(second.url, '/verify', { code: spent })).status).toBe(403);
    expect((await ask(second.url, '/verify', { code: codeAt(1) })).status).toBe(200);
    second.signal('SIGTERM');
    await second.ended;
    // Served since: it is compared, and nothing of it is overwritten.
    const again = await tidelock(['store', 'copy', 'sqlite:data/tidelock.db', target], { folder });
    expect(again).toMatchObject({ status: 3, output: expect.stringContaining('differ') as string });
    expect(again.errors).toContain('record: default/alice');
    expect(again.errors).toContain('Nothing was changed');
  });

  test('F1 killed with SIGKILL at any moment, it goes on by the next run; nothing is served before', async () => {
    const folder = await filledFolder(6_000);
    let kills = 0;
    for (const wait of [400, 500, 600, 700, 900, 1_100]) {
      const child = startTidelock(copyArgs, { folder, environment });
      const run = gather(child);
      await pause(wait);
      child.kill('SIGKILL');
      const { status } = await run;
      if (status !== null) break;
      kills += 1;
      if (!existsSync(`${folder}/copy.db`)) continue;
      const half = { ...environment, TIDELOCK_STORE: 'sqlite:copy.db' };
      const serve = await tidelock(['serve'], { folder, environment: { ...half, PORT: '0' } });
      expect(serve.status).toBe(3);
    }
    expect(kills).toBeGreaterThan(1);
    const run = await tidelock([...copyArgs, '--json'], { folder, environment });
    expect(run.status).toBe(0);
    expect(JSON.parse(run.output)).toMatchObject({ accounts: 6_002, differenceCount: 0 });
  });

  test('one store under two names is told, and nothing of it is called copied', async () => {
    const folder = await filledFolder(3);
    symlinkSync('data/tidelock.db', `${folder}/alias.db`);
    const { status, output, errors } = await tidelock(
      ['store', 'copy', 'sqlite:data/tidelock.db', 'sqlite:alias.db'],
      { folder, environment },
    );
    expect(status).toBe(0);
    expect(output + errors).toContain('Nothing was copied');
    expect(output + errors).toContain('two names of one store');
    const copied = await tidelock(copyArgs, { folder, environment });
    expect(copied.output + copied.errors).not.toContain('Nothing was copied');
  });

  test('a source that is not there is not made, and a target with other data, the same store and wrong names are refused', async () => {
    const folder = await filledFolder(1);
    const run = (...args: string[]) => tidelock(['store', 'copy', ...args], { folder, environment });
    expect(await run('sqlite:missing.db', 'sqlite:copy.db')).toMatchObject({ status: 3 });
    expect([existsSync(`${folder}/missing.db`), existsSync(`${folder}/copy.db`)]).toEqual([false, false]);
    expect((await run('sqlite:data/tidelock.db', 'sqlite:data/../data/tidelock.db')).status).toBe(2);
    expect((await run('sqlite:data/tidelock.db', 'data/copy.db')).status).toBe(2);
    const other = { TIDELOCK_KEYS: newKey('other'), TIDELOCK_STORE: 'sqlite:other.db' };
    expect((await tidelock(['init'], { folder, environment: other })).status).toBe(0);
    const refused = await run('sqlite:data/tidelock.db', 'sqlite:other.db');
    expect(refused).toMatchObject({
      status: 3,
      errors: expect.stringContaining('holds other data') as string,
    });
    writeFileSync(`${folder}/where`, 'sqlite:copy.db\n');
    expect((await run('sqlite:data/tidelock.db', '@where')).status).toBe(0);
  });

  test.runIf(hasTerminal)('on a terminal a line says how far it is', async () => {
    const folder = await filledFolder(3);
    const store = `sqlite:${folder}/data/tidelock.db`;
    const run = await gather(onTerminal(`store copy ${store} sqlite:${folder}/copy.db`));
    expect(run.output).toContain('5 records copied');
    expect(run.output).toMatch(/5 accounts compared\r\u001b\[K/);
    expect(run.status).toBe(0);
  });
});
