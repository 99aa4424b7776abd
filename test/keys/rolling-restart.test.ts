import { randomBytes } from 'node:crypto';
import { Totp } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { onEveryStore } from '../service/on-every-store.ts';
import { storeEngines } from '../service/store-engines.ts';
import {
  runTidelock,
  startService,
  type Answer,
  type RunningService,
  type ServiceHome,
} from '../service/running-service.ts';

async function beginHome(home: ServiceHome) {
  await runTidelock(home, ['init']);
  const old = home.environment['TIDELOCK_KEYS']!;
  const next = `next:${randomBytes(32).toString('base64')}`;
  const withKeys = (keys: string): ServiceHome => ({
    ...home,
    environment: { ...home.environment, TIDELOCK_KEYS: keys },
  });
  return { old, next, withKeys };
}

/** Enrolls at one service, and activates and verifies at whichever it may be: every answer, in order. */
async function enrollAndVerify(account: string, anyService: () => RunningService): Promise<Answer[]> {
  const path = `/v1/accounts/${account}`;
  const enrolled = await anyService().call('POST', `${path}/factors`, { kind: 'totp', accountName: account });
  const { factor, secret } = enrolled.body as { factor: { id: string }; secret: string };
  const totp = new Totp(secret);
  // One step ahead for the second one: inside the window even where a step ends in between.
  const code = (steps: number) => ({ code: totp.generate({ at: Date.now() / 1000 + steps * 30 }) });
  const activated = await anyService().call('POST', `${path}/factors/${factor.id}/activate`, code(0));
  const verified = await anyService().call('POST', `${path}/verify`, code(1));
  const { backupCodes = [] } = activated.body as { backupCodes?: string[] };
  const redeemed = await anyService().call('POST', `${path}/verify`, { code: backupCodes[0] ?? 'none' });
  return [enrolled, activated, verified, redeemed];
}

/** What is rotated is above the store: the third engine is for the long run. */
const engines = storeEngines.filter(
  ({ name }) => name !== 'Redis' || process.env['TIDELOCK_TEST_SLOW'] === '1',
);

onEveryStore(
  'the keys of services',
  ({ newHome }) => {
    test('B05 a new key is rolled out to two services, seals, and replaces the old one, and no request fails meanwhile', async () => {
      const { old, next, withKeys } = await beginHome(newHome());
      const services = [await startService(withKeys(old)), await startService(withKeys(old))];
      // What a balancer has in its rotation.
      let inRotation = [...services];
      let turn = 0;
      const anyService = () => inRotation[(turn += 1) % inRotation.length]!;
      const restartAll = async (keys: string) => {
        for (const [place, service] of services.entries()) {
          inRotation = services.filter((other) => other !== service);
          expect(await service.stop()).toBe(0);
          services[place] = await startService(withKeys(keys));
          inRotation = [...services];
        }
      };
      const answers: Answer[] = [];
      let isOver = false;
      const load = (async () => {
        for (let count = 0; !isOver || count < 10; count += 1)
          answers.push(...(await enrollAndVerify(`user-${count}`, anyService)));
      })();
      await restartAll(`${old},${next}`);
      await restartAll(`${next},${old}`);
      const rotated = await runTidelock(withKeys(`${next},${old}`), ['keys', 'rotate', '--json']);
      await restartAll(next);
      isOver = true;
      await load;
      await Promise.all(services.map((service) => service.stop()));
      expect([rotated.status, JSON.parse(rotated.output)]).toMatchObject([0, { retired: ['test'] }]);
      const failed = answers.filter(({ status }) => status !== 200 && status !== 201);
      expect(failed.map(({ body }) => body)).toEqual([]);
      expect(answers.length).toBeGreaterThanOrEqual(40);
      for (const service of services) {
        expect(service.output()).toContain('listening');
        expect(service.output()).not.toContain('Keys that have sealed');
        expect(service.output()).not.toContain('seals from now on');
      }
    }, 180_000);

    test('C17 rule 3 a service that lacks the key refuses with 503 and counts no guess; both say at their start what is wrong', async () => {
      const { old, next, withKeys } = await beginHome(newHome());
      const behind = await startService(withKeys(old));
      const ahead = await startService(withKeys(`${next},${old}`));
      const path = '/v1/accounts/alice';
      const enrolled = await ahead.call('POST', `${path}/factors`, { kind: 'totp', accountName: 'alice' });
      const { factor, secret } = enrolled.body as { factor: { id: string }; secret: string };
      const code = { code: new Totp(secret).generate() };
      for (let tries = 0; tries < 6; tries += 1) {
        const refused = await behind.call('POST', `${path}/factors/${factor.id}/activate`, code);
        expect(refused).toMatchObject({
          status: 503,
          body: { type: 'urn:tidelock:error:vault/key-missing' },
        });
        expect(refused.headers.get('retry-after')).toBe('1');
      }
      // A lack is the operator's: the sixth failure of a guesser would have been the lock.
      expect((await ahead.call('POST', `${path}/factors/${factor.id}/activate`, code)).status).toBe(200);
      await behind.stop();
      const later = await startService(withKeys(old));
      // Nobody of the old key is refused, and the store is as it was.
      expect((await later.call('GET', path)).body).toMatchObject({ status: 'active' });
      await Promise.all([ahead.stop(), later.stop()]);
      expect(ahead.output()).toContain('The key \\"next\\" seals from now on');
      expect(later.output()).toContain('Keys that have sealed values of this store are not here: \\"next\\"');
    }, 120_000);
  },
  engines,
);
