import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTidelock } from '@tidelock/engine';
import { sqliteStore } from '@tidelock/store-sqlite';
import { createApi, type Api } from '@tidelock/web';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newServiceHome } from '../service/running-service.ts';
import { codeOf, seedAccounts, type SeededAccount } from '../service/seeded-accounts.ts';

const bodies = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'tidelock-malformed-'));
const home = newServiceHome();
const store = sqliteStore(join(folder, 'tidelock.db'));
const tidelock = createTidelock({ issuer: 'Acme', store, keys: home.keys });
let api: Api;
let key: string;
let people: SeededAccount[];

beforeAll(async () => {
  await tidelock.ready();
  people = await seedAccounts({ store, keys: home.keys, count: bodies });
  ({ key } = await tidelock.directory.createApiKey({
    tenant: 'default',
    scopes: ['verify', 'read'],
    label: 'test',
  }));
  api = createApi({ tidelock });
}, 60_000);

afterAll(async () => {
  await tidelock.close();
  home.remove();
  rmSync(folder, { recursive: true, force: true });
});

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

test(`A7 A8 S27 ${bodies} malformed bodies, each on an account of its own: none is accepted, none is a 5xx, and what is judged is counted`, async () => {
  const seen = new Map<string, number>();
  for (let start = 0; start < bodies; start += 100) {
    await Promise.all(
      people.slice(start, start + 100).map((person, offset) => sendMalformed(person, start + offset, seen)),
    );
  }
  // Every maker was used, and every answer was of a kind that is expected.
  expect([...seen.keys()].toSorted()).toEqual(['400', '403', '413']);
}, 300_000);

test('A8 a megabyte is refused before it is read to its end', async () => {
  const person = people[0]!;
  const answer = await post(person.account, `{"code":"${'1'.repeat(1_000_000)}"}`);
  expect(answer.status).toBe(413);
});

async function sendMalformed(person: SeededAccount, turn: number, seen: Map<string, number>): Promise<void> {
  const [kind, make] = makers[turn % makers.length]!;
  const response = await post(person.account, make(codeOf(person), turn));
  const problem = (await response.json()) as Record<string, unknown>;
  const status = String(response.status);
  seen.set(status, (seen.get(status) ?? 0) + 1);
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
  const [stored] = await store.load([{ tenant: 'default', account: person.account }]);
  const { throttle } = JSON.parse(stored!.record!) as { throttle: { failures: number } };
  expect(throttle.failures, about).toBe(kind === 'judged' ? 1 : 0);
}

function post(account: string, body: string): Promise<Response> {
  return api.fetch(
    new Request(`http://127.0.0.1/v1/accounts/${account}/verify`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
    }),
    { remoteAddress: '127.0.0.1' },
  );
}
