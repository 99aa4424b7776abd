import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld, type ApiWorld, type Person } from '../testing/api-world.ts';

/** Anything in JSON, with digits of many scripts among the strings. */
const scripts = ['\u0660', '\u06f0', '\u0966', '\uff10', '\u{1d7ce}', '\u{1d7d8}', '\u2460', '\u00b2'];
const unicodeDigits = fc
  .tuple(
    fc.constantFrom(...scripts),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 8 }),
  )
  .map(([zero, digits]) =>
    digits.map((digit) => String.fromCodePoint(zero.codePointAt(0)! + digit)).join(''),
  );
const signs = ['+', '-', '0x', '\u2212', '\t', '\n', '\u00a0', '\u200b', '\u202e', '.', "'", '%00', '\u0000'];
const decorated = fc
  .tuple(fc.constantFrom(...signs), fc.stringMatching(/^[0-9]{6}$/), fc.constantFrom('', ...signs))
  .map(([before, digits, after]) => before + digits + after);
const codes = fc.oneof(
  unicodeDigits,
  decorated,
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.jsonValue({ maxDepth: 4 }),
  fc.integer({ min: 0, max: 99_999_999 }),
  fc.constantFrom(null, true, [], {}, '', ' ', 'null', 'undefined', 'NaN', '1e5', ['482910'], { $ne: null }),
  fc.stringMatching(/^[0-9]{0,5}$|^[0-9]{9,40}$/),
);
const others = fc.record(
  {
    factorId: fc.jsonValue({ maxDepth: 1 }),
    ticket: fc.jsonValue({ maxDepth: 1 }),
    extra: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: [] },
);

/** Bodies as text: well-formed objects, objects with a name twice, other JSON, and what is no JSON at all. */
const bodies = fc.oneof(
  { weight: 6, arbitrary: codes.map((code) => JSON.stringify({ code })) },
  { weight: 3, arbitrary: fc.tuple(codes, others).map(([code, rest]) => JSON.stringify({ ...rest, code })) },
  { weight: 2, arbitrary: others.map((rest) => JSON.stringify(rest)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(codes, codes)
      .map(([first, last]) => `{"code":${JSON.stringify(first)},"code":${JSON.stringify(last)}}`),
  },
  { weight: 1, arbitrary: codes.map((code) => `{"__proto__":{"code":${JSON.stringify(code)}}}`) },
  { weight: 1, arbitrary: fc.jsonValue().map((value) => JSON.stringify([value])) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 20_000 }).map((depth) => `{"code":${'['.repeat(depth)}1${']'.repeat(depth)}}`),
  },
);

async function sequenceOf(world: ApiWorld): Promise<number> {
  const { items } = await world.tidelock.forTenant('acme').events('alice', { limit: 1 });
  return items[0]?.sequence ?? 0;
}

/** Sends one body: it is never accepted, never a fault, and counted exactly when it was judged. */
async function expectRefused(world: ApiWorld, alice: Person, body: string, turn: number): Promise<number> {
  if (turn % 4 === 0)
    await world.tidelock.forTenant('acme').unlock('alice', { actor: 'test', reason: 'test' });
  const before = await sequenceOf(world);
  const reply = await world.send('POST', `${alice.path}/verify`, { body });
  const said = [body.slice(0, 200), reply.status, reply.problem];
  if (reply.status === 403) expect(said).toEqual([said[0], 403, 'code-rejected']);
  else expect([400, 413]).toContain(reply.status);
  expect([...said, (await sequenceOf(world)) - before]).toEqual([...said, reply.status === 403 ? 1 : 0]);
  return reply.status;
}

describe('A7 A8 S27 bodies of verify', () => {
  test('A8 3,000 of them: none is accepted, none is a fault, each is counted exactly when it was judged', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const seen = new Map<number, number>();
    // The right codes of this moment, and what opens a backup code, are no malformed bodies.
    const right = new Set([-1, 0, 1].map((steps) => alice.code(steps)));
    for (const [turn, body] of fc.sample(bodies, { numRuns: 3_000, seed: 20_261_122 }).entries()) {
      if ([...right].some((code) => body.includes(code))) continue;
      const status = await expectRefused(world, alice, body, turn);
      seen.set(status, (seen.get(status) ?? 0) + 1);
    }
    expect(seen.get(403)).toBeGreaterThan(1_500);
    expect(seen.get(400)).toBeGreaterThan(200);
    // It was not the account that was broken.
    expect((await world.send('POST', `${alice.path}/verify`, { body: { code: alice.code() } })).status).toBe(
      200,
    );
  }, 120_000);

  test('a body of a megabyte is refused with 413, whatever it holds, and costs nothing', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const filler = ' '.repeat(1024 * 1024);
    const huge = [
      `{"code":"${alice.code()}"${filler}}`,
      `{"code":"${'1'.repeat(1024 * 1024)}"}`,
      '['.repeat(1024 * 1024),
    ];
    for (const [turn, body] of huge.entries())
      expect(await expectRefused(world, alice, body, turn + 1)).toBe(413);
    const body = { code: alice.code() };
    expect((await world.send('POST', `${alice.path}/verify`, { body })).status).toBe(200);
  });
});
