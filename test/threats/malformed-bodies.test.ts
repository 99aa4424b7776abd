import { createTidelock, type AccountStore, type Tidelock } from '@tidelock/engine';
import { createApi, type Api } from '@tidelock/web';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountCodec } from '../../packages/engine/src/account/account-record.ts';
import { onEveryStore } from '../service/on-every-store.ts';
import { codeOf, seedAccounts, type SeededAccount } from '../service/seeded-accounts.ts';

/** The long round is on SQLite, which takes the least time for it. */
const bodiesOn = (engine: string): number => (engine === 'SQLite' ? 10_000 : 1_000);

/** An API on a store, and a key of it. */
interface Attacked {
  readonly store: AccountStore;
  readonly api: Api;
  readonly key: string;
}

/** What a body is: a request whose code is judged, or none at all. */
type Kind = 'judged' | 'no request';

/** Bodies of every bad kind, given the right code: none of them may pass. */
const makers: readonly (readonly [Kind, (code: string, turn: number) => string])[] = [
  ['judged', () => '{}'],
  ['judged', () => '{"code":null}'],
  ['judged', (code) => `{"code":${Number(code)}}`],
  ['judged', (code) => `{"code":["${code}"]}`],
  ['judged', (code) => `{"code":{"code":"${code}"}}`],
  ['judged', () => '{"code":true}'],
  ['judged', () => '{"code":""}'],
  ['judged', (code) => `{"code":"${code}0"}`],
  ['judged', (code) => `{"code":"${code.slice(1)}"}`],
  [
    'judged',
    (code) =>
      `{"code":"${[...code].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('')}"}`,
  ],
  [
    'judged',
    (code) =>
      `{"code":"${[...code].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0x630)).join('')}"}`,
  ],
  ['judged', (code) => `{"code":"+${code}"}`],
  ['judged', (code) => `{"code":"${code}e0"}`],
  ['judged', (code) => `{"code":"\\u0000${code}"}`],
  ['judged', (code) => `{"code":"${code}\\u200b"}`],
  ['judged', (code) => `{"code":"${code}","code":null}`],
  ['judged', (_, turn) => `{"code":"${'9'.repeat(9 + (turn % 50_000))}"}`],
  ['judged', (code) => `{"code":"0x${Number(code).toString(16)}"}`],
  ['judged', (_, turn) => `{"code":${'['.repeat(1 + (turn % 5_000))}${']'.repeat(1 + (turn % 5_000))}}`],
  ['no request', () => ''],
  ['no request', () => 'null'],
  ['no request', (code) => `"${code}"`],
  ['no request', (code) => code],
  ['no request', (code) => `[{"code":"${code}"}]`],
  ['no request', (code) => `{"code":"${code}"`],
  ['no request', (code) => `{'code':'${code}'}`],
  ['no request', (code) => `code=${code}`],
  ['no request', (code) => `{"code":"${code}","padding":"${'x'.repeat(70_000)}"}`],
  ['no request', (_, turn) => '['.repeat(1 + (turn % 60_000))],
  ['no request', () => '\u0000'],
];

async function sendMalformed(attacked: Attacked, person: SeededAccount, turn: number): Promise<string> {
  const [kind, make] = makers[turn % makers.length]!;
  const response = await post(attacked, person.account, make(codeOf(person), turn));
  const problem = (await response.json()) as Record<string, unknown>;
  const status = String(response.status);
  const about = `body ${turn} (maker ${turn % makers.length})`;
  expect(response.headers.get('content-type'), about).toContain('application/problem+json');
  expect(problem, about).toMatchObject({
    status: response.status,
    type: expect.stringMatching(/^urn:tidelock:error:/),
  });
  if (kind === 'judged')
    expect(problem, about).toMatchObject({
      status: 403,
      outcome: 'rejected',
      reason: 'malformed',
      attemptsLeft: 4,
    });
  else expect([400, 413], about).toContain(response.status);
  // What is judged is counted, and what is no request costs nothing.
  const [stored] = await attacked.store.load([{ tenant: 'default', account: person.account }]);
  const { throttle } = accountCodec.decode(stored!.record);
  expect(throttle.failures, about).toBe(kind === 'judged' ? 1 : 0);
  return status;
}

function post({ api, key }: Attacked, account: string, body: string): Promise<Response> {
  return api.fetch(
    new Request(`http://127.0.0.1/v1/accounts/${account}/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
    }),
    { remoteAddress: '127.0.0.1' },
  );
}

onEveryStore('bodies', ({ engine, newHome }) => {
  const bodies = bodiesOn(engine.name);
  let tidelock: Tidelock;
  let attacked: Attacked;
  let people: SeededAccount[];

  beforeAll(async () => {
    const home = newHome();
    const store = await home.openStore();
    tidelock = createTidelock({ issuer: 'Acme', store, keys: home.keys });
    await tidelock.ready();
    people = await seedAccounts({ store, keys: home.keys, count: bodies });
    const { key } = await tidelock.directory.createApiKey({
      tenant: 'default',
      scopes: ['verify', 'read'],
      label: 'test',
    });
    attacked = { store, key, api: createApi({ tidelock }) };
  }, 60_000);
  afterAll(() => tidelock.close());

  test(`A7 A8 S27 ${bodies} malformed bodies, each on an account of its own: none is accepted, none is a 5xx, and what is judged is counted`, async () => {
    const seen = new Set<string>();
    for (let start = 0; start < bodies; start += 100) {
      const some = people.slice(start, start + 100);
      for (const status of await Promise.all(
        some.map((person, offset) => sendMalformed(attacked, person, start + offset)),
      ))
        seen.add(status);
    }
    // Every maker was used, and every answer was of a kind that is expected.
    expect([...seen].toSorted()).toEqual(['400', '403', '413']);
  }, 300_000);

  test('A8 a megabyte is refused before it is read to its end', async () => {
    const answer = await post(attacked, people[0]!.account, `{"code":"${'1'.repeat(1_000_000)}"}`);
    expect(answer.status).toBe(413);
  });
});
