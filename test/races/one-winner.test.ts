import { Totp } from '@tidelock/otp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onEveryStore } from '../service/on-every-store.ts';
import { runTidelock, startService, type Answer, type RunningService } from '../service/running-service.ts';
import { codeOf, seedAccounts, wrongCodeOf, type SeededAccount } from '../service/seeded-accounts.ts';

const statuses = (answers: readonly (readonly Answer[])[], status: number): number =>
  answers.flat().filter((answer) => answer.status === status).length;

onEveryStore('two processes', ({ newHome }) => {
  let services: readonly RunningService[] = [];
  let people: SeededAccount[];

  beforeAll(async () => {
    const home = newHome();
    expect(await runTidelock(home, ['init'])).toMatchObject({ status: 0 });
    const store = await home.openStore();
    people = await seedAccounts({ store, keys: home.keys, count: 8 });
    await store.close();
    services = await Promise.all([startService(home), startService(home)]);
  });

  afterAll(async () => {
    for (const service of services) expect(await service.stop()).toBe(0);
  });

  /** The same call many times at once, by turns to both processes. */
  async function race(
    times: number,
    request: (turn: number) => { path: string; body: unknown },
  ): Promise<readonly (readonly Answer[])[]> {
    const answers: Answer[][] = [[], []];
    await Promise.all(
      Array.from({ length: times }, async (_, turn) => {
        const { path, body } = request(turn);
        answers[turn % 2]!.push(await services[turn % 2]!.call('POST', path, body));
      }),
    );
    return answers;
  }

  test('A2 B02 F2 S08 one code 200 times at once over 20 tickets: exactly one is accepted, and nothing is a 5xx', async () => {
    const [person] = people as [SeededAccount];
    const path = `/v1/accounts/${person.account}`;
    const tickets: string[] = [person.ticket];
    while (tickets.length < 20) {
      const opened = await services[tickets.length % 2]!.call('POST', `${path}/challenges`, {
        expected: 'enrolled',
      });
      expect(opened.status).toBe(201);
      tickets.push(opened.body['ticket'] as string);
    }
    const code = codeOf(person);
    const answers = await race(200, (turn) => ({
      path: `${path}/verify`,
      body: { code, ticket: tickets[turn % 20] },
    }));
    expect(statuses(answers, 200)).toBe(1);
    expect(answers.flat().every(({ status }) => status < 500)).toBe(true);
    for (const ofOne of answers) expect(ofOne.length).toBeGreaterThanOrEqual(50);
    const log = await services[0]!.call('GET', `${path}/events?limit=1000`);
    const kinds = (log.body['items'] as { kind: string; reason?: string }[]).map(
      ({ kind, reason }) => `${kind} ${reason ?? ''}`,
    );
    expect(kinds.filter((kind) => kind.startsWith('verification-accepted'))).toHaveLength(1);
    expect(kinds).toContain('verification-rejected replayed');
  });

  test('B7 RATE-03 500 wrong codes at once: no more are judged than the limit', async () => {
    const person = people[1]!;
    const code = wrongCodeOf(person);
    const answers = await race(500, () => ({
      path: `/v1/accounts/${person.account}/verify`,
      body: { code },
    }));
    expect(statuses(answers, 403)).toBe(5);
    expect(statuses(answers, 429)).toBe(495);
  });

  test('A13 LOOK-01 one backup code 50 times at once: one is accepted; five different ones at once: all are', async () => {
    const path = '/v1/accounts/somebody-new';
    const enrolled = await services[0]!.call('POST', `${path}/factors`, { kind: 'totp' });
    const { secret, factor } = enrolled.body as { secret: string; factor: { id: string } };
    const activated = await services[1]!.call('POST', `${path}/factors/${factor.id}/activate`, {
      code: new Totp(secret).generate(),
    });
    expect(activated.status).toBe(200);
    const codes = activated.body['backupCodes'] as string[];
    const five = await race(5, (turn) => ({ path: `${path}/verify`, body: { code: codes[turn] } }));
    expect(statuses(five, 200)).toBe(5);
    const fifty = await race(50, () => ({ path: `${path}/verify`, body: { code: codes[5] } }));
    expect(statuses(fifty, 200)).toBe(1);
    expect(fifty.flat().every(({ status }) => status < 500)).toBe(true);
    expect((await services[0]!.call('GET', path)).body).toMatchObject({ backupCodesLeft: 4 });
  });

  test('F2 fifty writers on different accounts at once: no error leaks', async () => {
    const answers = await race(200, (turn) => ({
      path: `/v1/accounts/writer-${turn}/verify`,
      body: { code: '000000' },
    }));
    expect(statuses(answers, 403)).toBe(200);
  });
});
