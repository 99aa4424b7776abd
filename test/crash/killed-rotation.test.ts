import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { AccountStore } from '@tidelock/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onEveryStore } from '../service/on-every-store.ts';
import { runTidelock, startService, type ServiceHome } from '../service/running-service.ts';
import { codeOf, seedAccounts, type SeededAccount } from '../service/seeded-accounts.ts';

const command = fileURLToPath(new URL('../../packages/tidelock/bin/tidelock.js', import.meta.url));
const accounts = 3_000;
/** The rotation is killed when the accounts at these places, in the order in which it walks, are sealed anew. */
const killPlaces = [0, 700, 1_500, 2_400];
const verifications = 60;

const nextKey = `next:${randomBytes(32).toString('base64')}`;

onEveryStore('a rotation of keys', ({ newHome }) => {
  let home: ServiceHome;
  let store: AccountStore;
  beforeAll(async () => {
    home = newHome();
    await runTidelock(home, ['init']);
    store = await home.openStore();
  });
  afterAll(() => store.close());

  const withKeys = (keys: string): ServiceHome => ({
    ...home,
    environment: { ...home.environment, TIDELOCK_KEYS: keys },
  });

  async function isSealedByNext(account: string): Promise<boolean> {
    const [stored] = await store.load([{ tenant: 'default', account }]);
    return stored!.record!.includes('"sealedSecret":"1.next.');
  }

  /** `kill -9` of a rotation as soon as one account is sealed anew; whether it was killed before its end. */
  async function killRotationAt(account: string, keys: ServiceHome): Promise<boolean> {
    const child = spawn(process.execPath, [command, 'keys', 'rotate'], {
      cwd: home.folder,
      env: { ...process.env, ...keys.environment },
      stdio: 'ignore',
    });
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once('close', (_, signal) => resolve(signal)),
    );
    while (child.exitCode === null && !(await isSealedByNext(account))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    child.kill('SIGKILL');
    return (await ended) === 'SIGKILL';
  }

  test(`B05 F1 kill -9 in the middle of a rotation, ${killPlaces.length} times, under requests: none fails, and the next run ends it`, async () => {
    const both = withKeys(`${nextKey},${home.environment['TIDELOCK_KEYS']}`);
    const people = await seedAccounts({ store, keys: home.keys, count: accounts });
    const walked = people.map(({ account }) => account).toSorted();
    const service = await startService(both);
    const statuses: number[] = [];
    const verify = async (person: SeededAccount) => {
      const { account, ticket } = person;
      const body = { code: codeOf(person), ticket };
      statuses.push((await service.call('POST', `/v1/accounts/${account}/verify`, body)).status);
    };
    // Each at its own moment, some behind the walk and some before it.
    const some = people.filter((_, place) => place % (accounts / verifications) === 0);
    let isOver = false;
    const load = (async () => {
      for (const person of some) {
        await verify(person);
        if (!isOver) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    let killed = 0;
    for (const place of killPlaces) if (await killRotationAt(walked[place]!, both)) killed += 1;
    expect(killed).toBeGreaterThanOrEqual(2);
    expect(await isSealedByNext(walked[0]!)).toBe(true);
    const { status, output } = await runTidelock(both, ['keys', 'rotate', '--json']);
    isOver = true;
    await load;
    expect([status, JSON.parse(output)]).toMatchObject([
      0,
      {
        accounts,
        retired: ['test'],
        overtaken: false,
        faultCount: 0,
        sealed: [{ id: 'next', total: accounts }],
      },
    ]);
    expect(statuses).toEqual(some.map(() => 200));
    expect(await service.stop()).toBe(0);
    await assertOldKeyIsDropped(people, some);
  }, 180_000);

  /** With the new key alone: nothing is missing, spent codes stay spent, and the others are accepted. */
  async function assertOldKeyIsDropped(people: readonly SeededAccount[], spent: readonly SeededAccount[]) {
    const alone = withKeys(nextKey);
    const { status, output } = await runTidelock(alone, ['keys', 'status', '--json']);
    expect([status, JSON.parse(output)]).toMatchObject([
      0,
      { keys: [{ id: 'next', sealed: { secrets: accounts } }], missing: [], faultCount: 0 },
    ]);
    const service = await startService(alone);
    expect(service.output()).not.toContain('Keys that have sealed');
    for (const person of [people[1]!, people.at(-1)!]) {
      const body = { code: codeOf(person), ticket: person.ticket };
      expect((await service.call('POST', `/v1/accounts/${person.account}/verify`, body)).status).toBe(200);
    }
    const { body } = await service.call('GET', `/v1/accounts/${spent[0]!.account}/events`);
    expect(body['items']).toMatchObject([{ kind: 'verification-accepted', sequence: 1 }]);
    expect(await service.stop()).toBe(0);
  }
});
