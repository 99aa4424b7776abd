import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres } from '../../packages/store-postgres/test-programs/postgres-server.ts';
import { startPair } from '../../packages/store-postgres/test-programs/start-pair.ts';
import { assertSpentOnce } from './assert-spent-once.ts';
import { newServiceHome, runTidelock, startService } from './running-service.ts';
import { seedAccounts } from './seeded-accounts.ts';
import { startVerifying } from './verifying-load.ts';

const processes = 2;
const clients = 12;
const verifications = 6_000;
const timeoutSeconds = 2;

describe.runIf(hasPostgres())('a PostgreSQL with a synchronous standby', () => {
  test('S08 F1 A2 the primary is killed under load and the standby promoted: services go on by themselves, nothing that was answered is lost, no code passes twice, and what fails is a 503', async () => {
    const { primary, standby } = await startPair();
    const hosts = `127.0.0.1:${primary.port},127.0.0.1:${standby.port}`;
    const home = newServiceHome(`postgres://tidelock@${hosts}/postgres?timeoutSeconds=${timeoutSeconds}`);
    onTestFinished(() => home.remove());
    expect(await runTidelock(home, ['init'])).toMatchObject({ status: 0 });
    const store = await home.openStore();
    const people = await seedAccounts({ store, keys: home.keys, count: verifications });
    await store.close();
    const services = await Promise.all(Array.from({ length: processes }, () => startService(home)));
    const loads = services.map(({ url }, place) =>
      startVerifying(
        url,
        home,
        people.filter((_, index) => index % processes === place),
        { clients, pauseMs: 20, refusedPauseMs: 250 },
      ),
    );
    await pause(2_000);
    const killedAt = performance.now();
    await primary.kill();
    await pause(1_000);
    standby.promote();
    const promotedAt = performance.now();
    for (const load of loads)
      await expect.poll(() => load.attempts.at(-1)?.status, { timeout: 15_000 }).toBe(200);
    await pause(1_000);
    await Promise.all(loads.map((load) => load.end()));
    const attempts = loads.flatMap((load) => load.attempts);
    expect(attempts.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
    const refused = attempts.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.filter(({ retryAfter }) => retryAfter === null)).toEqual([]);
    // Nobody was refused before the kill.
    expect(refused.filter(({ sentAt, durationMs }) => sentAt + durationMs < killedAt)).toEqual([]);
    const accepted = attempts.filter(({ status }) => status === 200);
    const before = accepted.filter(({ sentAt, durationMs }) => sentAt + durationMs < killedAt);
    const after = accepted.filter(({ sentAt }) => sentAt > promotedAt);
    for (const [place, service] of services.entries()) {
      // What one process has accepted is presented to the other; the last of the old primary is what could be lost.
      const other = services[(place + 1) % processes]!;
      await assertSpentOnce(other, [...before.slice(-100), ...refused.slice(-100), ...after.slice(-50)]);
      expect(service.output()).toContain('listening');
    }
    for (const service of services) expect(await service.stop()).toBe(0);
  }, 120_000);
});
