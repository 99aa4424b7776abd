import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { keyRing } from '../platform/key-ring.ts';
import { enrollAccount, openTestTidelock, testKeys, type TestTidelock } from '../testing/enrolled-account.ts';
import { verifyLog, type VerifiedLog, type VerifyLogOptions } from './verify-log.ts';

const keys = keyRing(testKeys);
const otherKeys = keyRing('other:NTQ1NDU0NTQ1NDU0NTQ1NDU0NTQ1NDU0NTQ1NDU0NTU=');

async function* linesOf(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

async function verify(
  lines: readonly string[],
  options: Partial<VerifyLogOptions> = {},
): Promise<VerifiedLog> {
  return verifyLog(linesOf(lines), { keys, collectEnds: true, ...options });
}

async function exported({ tidelock }: TestTidelock): Promise<string[]> {
  const all: string[] = [];
  for await (const line of tidelock.auditLog.export()) all.push(line);
  return all;
}

/** Three people, of whom one was erased and came again, over two tenants. */
async function fill(bench: TestTidelock): Promise<void> {
  const { tidelock, clock } = bench;
  const bob = await enrollAccount(bench, 'bob');
  await enrollAccount(bench, 'alice');
  for (const account of ['alice', 'bob', 'carol']) {
    await tidelock.verify(account, { code: '000000' });
    clock.advance(61);
  }
  await tidelock.erase('bob', { proof: await bob.proof() });
  await enrollAccount(bench, 'bob');
  await tidelock.forTenant('acme').verify('alice', { code: '000000' });
}

interface Line {
  readonly type: string;
  readonly account?: string;
  readonly sequence?: number;
  readonly body?: { readonly kind: string } | null;
}

let bench: TestTidelock;
let lines: readonly string[];
const parsed = (): Line[] => lines.map((line) => JSON.parse(line) as Line);
/** Where the event of an account stands. */
const placeOf = (account: string, sequence: number): number =>
  parsed().findIndex(
    (line) => line.type === 'event' && line.account === account && line.sequence === sequence,
  );

beforeAll(async () => {
  bench = openTestTidelock();
  await fill(bench);
  lines = await exported(bench);
});

describe('an exported log', () => {
  test('B09 LOG-02 that nobody touched verifies by the keys alone', async () => {
    const { report } = await verify(lines);
    expect(report).toMatchObject({ outcome: 'verified', signature: 'right', findings: [], accounts: 5 });
    expect(report.events).toBe(lines.length - 7);
    expect(report.erased).toBeGreaterThan(3);
    expect(report.at).toBe(bench.clock.now());
    for (const line of parsed().filter(({ type }) => type === 'event'))
      expect(Object.keys(line)).toEqual([
        'type',
        'tenant',
        'account',
        'sequence',
        'bodyHash',
        'link',
        'salt',
        'body',
      ]);
  });

  test('without one of the keys it is a fault, and with another under the same id a finding', async () => {
    await expect(verify(lines, { keys: otherKeys })).rejects.toMatchObject({
      code: 'keys/not-of-this-store',
    });
    const { report } = await verify(lines, {
      keys: keyRing('test:NTQ1NDU0NTQ1NDU0NTQ1NDU0NTQ1NDU0NTQ1NDU0NTU='),
    });
    expect(report).toMatchObject({ outcome: 'altered', findings: [{ line: 1 }] });
  });

  test('LOG-05 B09 any single change of any line is found', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(lines.length - 1),
        fc.nat(lines.length - 1),
        fc.nat(1_000),
        fc.constantFrom('delete', 'copy', 'swap', 'cut the end', 'cut the beginning', 'edit', 'empty', 'add'),
        async (place, other, position, change) => {
          const altered = mutate([...lines], { place, other, position, change });
          fc.pre(altered.join('\n') !== lines.join('\n'));
          expect(await outcomeOf(altered)).not.toBe('verified');
        },
      ),
      { numRuns: 600 },
    );
  });

  test('LOG-05 any member of any line that says something else is found', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(lines.length - 1), fc.nat(100), fc.nat(100), async (place, member, other) => {
        const altered = [...lines];
        altered[place] = changeMember(
          altered[place]!,
          member,
          JSON.parse(lines[other % lines.length]!) as object,
        );
        fc.pre(altered[place] !== lines[place]);
        expect(await outcomeOf(altered)).not.toBe('verified');
      }),
      { numRuns: 400 },
    );
  });

  test('LOG-05 it says where, and what, in plain words', async () => {
    const place = placeOf('alice', 2);
    const at = { line: place + 1, tenant: 'default', account: 'alice', sequence: 2 };
    const changed = lines.with(place, lines[place]!.replace('"kind":"', '"kind":"x'));
    expect((await verify(changed)).report.findings).toEqual([
      { ...at, what: expect.stringContaining('something else than was logged') },
    ]);
    const gone = lines.toSpliced(place, 1);
    expect((await verify(gone)).report.findings[0]).toEqual({
      ...at,
      sequence: 3,
      what: 'Before this event, event 2 is missing.',
    });
    const twice = lines.toSpliced(place, 0, lines[place]!);
    expect((await verify(twice)).report.findings[0]).toMatchObject({ line: place + 2, sequence: 2 });
    const salted = lines.with(place, lines[place]!.replace(/"salt":"./, '"salt":"-'));
    expect((await verify(salted)).report.findings[0]).toMatchObject(at);
    const foreign = lines.with(place, lines[placeOf('carol', 1)]!);
    expect((await verify(foreign)).report.findings[0]).toMatchObject({ line: place + 1, account: 'carol' });
    const cut = lines.slice(0, place);
    expect((await verify(cut)).report).toMatchObject({ signature: 'missing', outcome: 'altered' });
  });

  test('LOG-05 a whole account that was cut out is found by the head', async () => {
    const first = parsed().findIndex(({ type, account }) => type === 'account' && account === 'carol');
    const cut = lines.toSpliced(first, 2);
    expect((await verify(cut)).report.findings).toMatchObject([
      { what: expect.stringContaining('The head counts') },
    ]);
  });

  test('LOG-05 a body that is made a tombstone is found, though its chain would still verify', async () => {
    const place = placeOf('alice', 2);
    const erased = { ...(JSON.parse(lines[place]!) as object), salt: null, body: null };
    const { report } = await verify(lines.with(place, JSON.stringify(erased)));
    expect(report.findings[0]).toMatchObject({ line: place + 1, sequence: 2 });
    expect(report.findings[0]!.what).toContain('no erasure comes after it');
  });

  test('malformed lines, long ones and such that could not be read are findings', async () => {
    for (const wrong of [
      '',
      '{',
      'null',
      '[]',
      '{"type":"event"}',
      '{"type":"__proto__"}',
      'x'.repeat(70_000),
    ])
      expect((await verify(lines.with(4, wrong))).report.findings).toContainEqual(
        expect.objectContaining({ line: 5, what: 'This line is not one of an exported log.' }),
      );
    async function* unreadable(): AsyncGenerator<string | null> {
      yield* lines.slice(0, 3);
      yield null;
    }
    expect((await verifyLog(unreadable(), { keys })).report.findings[0]).toMatchObject({ line: 4 });
    for (const none of [[], [''], ['{}'], lines.slice(1)])
      expect((await verify(none)).report.outcome).toBe('altered');
  });

  test('findings are named up to a hundred, and counted beyond', async () => {
    const { report } = await verify([...lines, ...Array.from({ length: 250 }, () => 'x')]);
    expect([report.findings.length, report.findingsLeftOut]).toEqual([100, 150]);
  });
});

describe('what was altered in the store before it was exported', () => {
  test('LOG-05 B09 is found, and the head says that the file is as it was exported', async () => {
    const inner = openTestTidelock();
    await fill(inner);
    // A store in whose log an event of the middle is gone.
    const { store } = inner;
    const original = store.readEvents.bind(store);
    store.readEvents = async function* (query) {
      for await (const event of original(query))
        if (event.account !== 'alice' || event.sequence !== 2) yield event;
    };
    const { report } = await verify(await exported(inner));
    expect(report).toMatchObject({ outcome: 'altered', signature: 'right' });
    expect(report.findings[0]).toMatchObject({ account: 'alice', sequence: 3 });
  });
});

describe('a newer export', () => {
  test('LOG-05 goes on from an older one, and a log that was cut in the store is found by it', async () => {
    const inner = openTestTidelock();
    await fill(inner);
    const { ends } = await verify(await exported(inner));
    await inner.tidelock.verify('alice', { code: '000000' });
    await inner.tidelock.verify('dave', { code: '000000' });
    const newer = await exported(inner);
    expect((await verify(newer, { continues: ends })).report.findings).toEqual([]);
    // A younger store of the same keys, in which less has happened.
    const shrunk = await verify(lines, {
      continues: {
        ...(await verify(lines)).ends,
        ofAccounts: new Map([
          ['5:acme5:alice', { tenant: 'acme', account: 'alice', sequence: 9, link: 'x' }],
          ['gone', { tenant: 'acme', account: 'zoe', sequence: 1, link: 'x' }],
        ]),
      },
    });
    expect(shrunk.report.findings.map(({ account }) => account)).toContain('zoe');
    expect((await verify(newer, { continues: { ...ends, storeId: 'x' } })).report.findings[0]).toMatchObject({
      what: 'The older file is of another store, or of other accounts.',
    });
  });

  test('LOG-05 that has fewer events of an account, or another one in the place of an old one, is found', async () => {
    const { ends } = await verify(lines);
    for (const change of [{ sequence: 99 }, { link: 'another' }]) {
      const ofAccounts = new Map(
        [...ends.ofAccounts].map(([key, end]) => [
          key,
          end.account === 'carol' ? { ...end, ...change } : end,
        ]),
      );
      const { report } = await verify(lines, { continues: { ...ends, ofAccounts } });
      expect(report.findings).toMatchObject([{ account: 'carol' }]);
      expect(report.findings[0]!.what).toMatch(/older file/);
    }
  });
});

async function outcomeOf(altered: readonly string[]): Promise<string> {
  try {
    return (await verify(altered)).report.outcome;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

interface Mutation {
  readonly place: number;
  readonly other: number;
  readonly position: number;
  readonly change: string;
}

function mutate(altered: string[], { place, other, position, change }: Mutation): string[] {
  const line = altered[place]!;
  switch (change) {
    case 'delete':
      return altered.toSpliced(place, 1);
    case 'copy':
      return altered.toSpliced(other, 0, line);
    case 'swap':
      return altered.with(place, altered[other]!).with(other, line);
    case 'cut the end':
      return altered.slice(0, place);
    case 'cut the beginning':
      return altered.slice(place);
    case 'empty':
      return altered.with(place, '');
    case 'add':
      return altered.toSpliced(place, 0, '{"type":"event"}');
    default: {
      const at = position % line.length;
      const character = String.fromCharCode(((line.charCodeAt(at) + 1 + (other % 90)) % 95) + 32);
      return altered.with(place, line.slice(0, at) + character + line.slice(at + 1));
    }
  }
}

/** Gives one member, of the line or of its body, the value that another line has there, or a new one. */
function changeMember(line: string, member: number, other: object): string {
  const raw = JSON.parse(line) as { [name: string]: unknown };
  const names = Object.keys(raw);
  const name = names[member % names.length]!;
  const value = Object.hasOwn(other, name) ? (other as typeof raw)[name] : 'another';
  return JSON.stringify({ ...raw, [name]: value });
}
