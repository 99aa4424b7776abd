import { beforeAll, expect, test } from 'vitest';
import { onEveryStore } from '../service/on-every-store.ts';
import {
  runTidelock,
  startService,
  type Answer,
  type RunningService,
  type ServiceHome,
} from '../service/running-service.ts';
import { codeOf, seedAccounts, wrongCodeOf, type SeededAccount } from '../service/seeded-accounts.ts';
import { seededRandom } from './seeded-random.ts';

/** How often the service is killed on each engine; `TIDELOCK_KILLS=200 npm test -- test/crash` is the long run. */
const kills = Number(process.env['TIDELOCK_KILLS'] ?? 3);
/** Replay a run with `TIDELOCK_SEED`. */
const seed = Number(process.env['TIDELOCK_SEED'] ?? Math.floor(performance.timeOrigin) % 1_000_000);
const accountsOfRound = 48;
const inFlightLeast = 32;

/** What one request was, and what came of it: an answer, or nothing. */
interface Attempt {
  readonly person: SeededAccount;
  readonly code: string;
  readonly right: boolean;
  answer: Answer | null;
}

interface LoggedEvent {
  readonly kind: string;
  readonly sequence: number;
}

/** The kill falls behind a random answer, however fast the machine is: some requests are answered by then, and some are not. */
async function killUnderLoad(service: RunningService, some: readonly SeededAccount[], random: () => number) {
  // Connections are opened first, so that the requests themselves are what the kill meets.
  await Promise.all(some.map(() => service.call('GET', '/livez')));
  const killBehind = Math.floor(random() * (some.length - inFlightLeast + 1));
  let open = 0;
  let answered = 0;
  const kills: Promise<void>[] = [];
  let inFlight = 0;
  const killNow = (): void => {
    inFlight = open;
    kills.push(service.kill());
  };
  const attempts = some.map((person): Attempt => {
    const right = random() < 0.5;
    return { person, code: right ? codeOf(person) : wrongCodeOf(person), right, answer: null };
  });
  const sent = attempts.map(async (attempt) => {
    open += 1;
    const { account, ticket } = attempt.person;
    const body = { code: attempt.code, ticket };
    attempt.answer = await service.call('POST', `/v1/accounts/${account}/verify`, body).catch(() => null);
    open -= 1;
    if (attempt.answer !== null) answered += 1;
    if (answered >= killBehind && kills.length === 0) killNow();
  });
  if (killBehind === 0) {
    await new Promise((resolve) => setTimeout(resolve, random() * 10));
    if (kills.length === 0) killNow();
  }
  await Promise.all(sent);
  await Promise.all(kills);
  return { attempts, inFlight };
}

async function assertRemembered(
  service: RunningService,
  { person, code, right, answer }: Attempt,
): Promise<void> {
  const path = `/v1/accounts/${person.account}`;
  const events = await eventsOf(service, path);
  const judged = events.filter(
    ({ kind }) => kind === 'verification-accepted' || kind === 'verification-rejected',
  );
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  if (answer !== null) {
    expect(answer.status).toBe(right ? 200 : 403);
    expect(judged).toHaveLength(1);
  }
  expect(judged.length).toBeLessThanOrEqual(1);
  const again = await service.call('POST', `${path}/verify`, { code });
  const counted = judged.length === 1;
  if (right) {
    // Spent exactly when it is logged: never "accepted but not consumed", never "consumed but unlogged".
    expect(again.status).toBe(counted ? 403 : 200);
    expect(judged.every(({ kind }) => kind === 'verification-accepted')).toBe(true);
  } else {
    expect(again.body).toMatchObject({ outcome: 'rejected', attemptsLeft: counted ? 3 : 4 });
    expect(judged.every(({ kind }) => kind === 'verification-rejected')).toBe(true);
  }
}

async function eventsOf(service: RunningService, path: string): Promise<readonly LoggedEvent[]> {
  const { body } = await service.call('GET', `${path}/events?limit=100`);
  return (body['items'] as LoggedEvent[]).toReversed();
}

onEveryStore('a service', ({ newHome }) => {
  let home: ServiceHome;
  let people: SeededAccount[];

  beforeAll(async () => {
    home = newHome();
    expect(await runTidelock(home, ['init'])).toMatchObject({ status: 0 });
    const store = await home.openStore();
    people = await seedAccounts({ store, keys: home.keys, count: kills * accountsOfRound });
    await store.close();
  }, 120_000);

  test(
    `F1 S08 kill -9 with ${inFlightLeast} and more requests in flight, ${kills} times (seed ${seed}): nothing that was answered is forgotten`,
    async () => {
      const random = seededRandom(seed);
      let answered = 0;
      let unanswered = 0;
      for (let round = 0; round < kills; round += 1) {
        const some = people.slice(round * accountsOfRound, (round + 1) * accountsOfRound);
        const { attempts, inFlight } = await killUnderLoad(await startService(home), some, random);
        expect(inFlight).toBeGreaterThanOrEqual(inFlightLeast);
        answered += attempts.filter(({ answer }) => answer !== null).length;
        unanswered += attempts.filter(({ answer }) => answer === null).length;
        const service = await startService(home);
        try {
          await Promise.all(attempts.map((attempt) => assertRemembered(service, attempt)));
        } finally {
          await service.stop();
        }
      }
      expect(answered).toBeGreaterThan(0);
      expect(unanswered).toBeGreaterThan(0);
    },
    60_000 + kills * 5_000,
  );
});
