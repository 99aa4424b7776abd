import { afterAll, beforeAll, expect, test } from 'vitest';
import { onEveryStore } from './on-every-store.ts';
import {
  runTidelock,
  startService,
  type Answer,
  type RunningService,
  type ServiceHome,
} from './running-service.ts';
import { codeOf, seedAccounts, wrongCodeOf, type SeededAccount } from './seeded-accounts.ts';

const guessesMax = 5;

onEveryStore('the cap on guesses at two processes', ({ newHome }) => {
  let services: readonly RunningService[] = [];
  let people: SeededAccount[];

  beforeAll(async () => {
    const plain = newHome();
    // A proxy that is trusted may say who called; a guesser behind it can say anything.
    const environment = { ...plain.environment, TIDELOCK_TRUST_PROXY: 'true' };
    const home: ServiceHome = { ...plain, environment };
    expect(await runTidelock(home, ['init'])).toMatchObject({ status: 0 });
    const store = await home.openStore();
    people = await seedAccounts({ store, keys: home.keys, count: 3 });
    await store.close();
    services = await Promise.all([startService(home), startService(home)]);
  });
  afterAll(async () => {
    for (const service of services) expect(await service.stop()).toBe(0);
  });

  /** Now at one process, now at the other. */
  let turn = 0;
  const post = (path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> =>
    services[(turn += 1) % 2]!.call('POST', path, body, headers);

  test('S06 S24 B1 five wrong codes lock the account at both, for the right code too, and for nobody else', async () => {
    const [person, other] = people as [SeededAccount, SeededAccount];
    const path = `/v1/accounts/${person.account}/verify`;
    for (const attemptsLeft of [4, 3, 2, 1, 0]) {
      const answer = await post(path, { code: wrongCodeOf(person) });
      expect(answer).toMatchObject({ status: 403, body: { outcome: 'rejected', attemptsLeft } });
    }
    for (let count = 0; count < 4; count += 1) {
      const answer = await post(path, { code: codeOf(person), ticket: person.ticket });
      expect(answer).toMatchObject({ status: 429, body: { outcome: 'locked' } });
      const seconds = Number(answer.headers.get('retry-after'));
      expect([seconds > 30, seconds <= 61]).toEqual([true, true]);
    }
    const body = { code: codeOf(other), ticket: other.ticket };
    expect((await post(`/v1/accounts/${other.account}/verify`, body)).status).toBe(200);
  });

  test('B2 B3 B5 neither new tickets nor other addresses nor another process give more guesses', async () => {
    const person = people[2]!;
    const path = `/v1/accounts/${person.account}`;
    const judged: number[] = [];
    for (let guess = 0; guess < 40; guess += 1) {
      const headers = {
        'x-forwarded-for': `203.0.113.${guess}`,
        'x-forwarded-proto': 'https',
        forwarded: `for=203.0.113.${guess}`,
      };
      const opened = await post(`${path}/challenges`, { purpose: 'login' }, headers);
      const ticket = (opened.body['ticket'] as string | undefined) ?? person.ticket;
      const { status } = await post(`${path}/verify`, { code: wrongCodeOf(person), ticket }, headers);
      judged.push(status);
    }
    expect(judged.filter((status) => status === 403)).toHaveLength(guessesMax);
    expect(judged.filter((status) => status === 429)).toHaveLength(40 - guessesMax);
  });
});
