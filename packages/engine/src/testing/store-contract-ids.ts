import type { AccountId } from '../account/account-id.ts';
import { compareCodePoints } from '../account/code-point-order.ts';
import {
  changeOf,
  eventsOf,
  faultOf,
  sequencesOf,
  tenant,
  type CaseContext,
  type ContractCase,
} from './store-contract-case.ts';

/** Every one an account of its own, whatever a query language makes of it. */
const difficultAccounts: readonly string[] = [
  "o'brien",
  '"quoted"',
  "'; DROP TABLE accounts; --",
  '%',
  '_',
  'a%',
  'a_',
  'a',
  'A',
  'a ',
  ' a',
  '*',
  '[a-z]',
  '{a}',
  'a{b}c',
  '\\',
  '\\0',
  '%00',
  'null',
  '0',
  '00',
  '1e3',
  '1000',
  'a:b',
  'a/b',
  '../b',
  'é',
  'e',
  'ß',
  'ss',
  'İ',
  'i',
  'ı',
  '日本語',
  '\u{FFFD}',
  '\u{FF41}',
  '🔐',
  '👩‍👩‍👧‍👦',
  '\u200B',
  '\u{10FFFF}',
  'x'.repeat(200),
  'x'.repeat(199) + 'y',
  '🔐'.repeat(200),
];

/** Some of them in their order, written down: by UTF-16 units the last two would stand before U+FF41. */
const inOrder: readonly string[] = [
  '%',
  'A',
  'a',
  'é',
  'ı',
  '日本語',
  '\u{FF41}',
  '\u{FFFD}',
  '🔐',
  '\u{10FFFF}',
];

/** Pairs that a careless concatenation would take for one. */
const ambiguousIds: readonly AccountId[] = [
  { tenant: 'ab', account: 'c' },
  { tenant: 'a', account: 'bc' },
  { tenant: '', account: 'abc' },
  { tenant: 'a', account: ':bc' },
  { tenant: 'a', account: '1:abc' },
  { tenant: '', account: '1:abc' },
  { tenant: '1', account: 'a:bc' },
  { tenant: '1', account: '1:abc' },
  { tenant: 'a-b', account: 'c' },
  { tenant: 'a', account: '-bc' },
];

/** Which account is which, and how they are listed. */
export const idCases: readonly ContractCase[] = [
  {
    name: 'ids with quotes, wildcards, look-alikes and 200 code points are accounts of their own',
    async run(context) {
      const ids = difficultAccounts.map((account) => ({ tenant, account }));
      await assertSeparate(context, ids);
    },
  },
  {
    name: 'A5: tenants and accounts that read the same when put together are separate',
    async run(context) {
      await assertSeparate(context, ambiguousIds);
    },
  },
  {
    name: 'accounts are listed page by page in the order of their code points, each once, without the erased',
    async run({ store, expect }) {
      const accounts = [...difficultAccounts].sort(compareCodePoints);
      await store.commit(difficultAccounts.map((account) => changeOf({ tenant, account }, 0)));
      await store.commit(['erased', 'zz'].map((account) => changeOf({ tenant, account }, 0)));
      await store.commit(
        ['erased', 'zz'].map((account) => changeOf({ tenant, account }, 1, { record: null })),
      );
      await store.commit([changeOf({ tenant: 'other', account: 'not ours' }, 0)]);
      const listed: string[] = [];
      let cursor: string | null = null;
      do {
        const query: { tenant: string; limit: number } = { tenant, limit: 7 };
        const page = await store.listAccounts(cursor === null ? query : { ...query, cursor });
        expect(page.items.length <= 7).toBe(true);
        expect(page.items.every(({ id, version }) => id.tenant === tenant && version === 1)).toBe(true);
        listed.push(...page.items.map(({ id }) => id.account));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(listed).toEqual(accounts);
      expect(listed.filter((account) => inOrder.includes(account))).toEqual(inOrder);
    },
  },
  {
    name: 'the last page says that it is the last, even when it is full',
    async run({ store, expect }) {
      await store.commit(['a', 'b'].map((account) => changeOf({ tenant, account }, 0)));
      const { items, nextCursor } = await store.listAccounts({ tenant, limit: 2 });
      expect([items.length, nextCursor]).toEqual([2, null]);
      expect(await store.listAccounts({ tenant: 'nobody', limit: 2 })).toEqual({
        items: [],
        nextCursor: null,
      });
    },
  },
  {
    name: 'tenants are listed page by page, each once: the reserved one, and those whose accounts are all erased, too',
    async run({ store, expect }) {
      const names = ['', 'acme', 'acme-2', 'b', 'erased', 'z9'];
      expect(await store.listTenants({ limit: 2 })).toEqual({ items: [], nextCursor: null });
      for (const account of ['one', 'two'])
        await store.commit(names.toReversed().map((name) => changeOf({ tenant: name, account }, 0)));
      for (const account of ['one', 'two'])
        await store.commit([changeOf({ tenant: 'erased', account }, 1, { record: null })]);
      const listed: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await store.listTenants(cursor === null ? { limit: 2 } : { cursor, limit: 2 });
        expect(page.items.length <= 2).toBe(true);
        listed.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(listed).toEqual(names);
    },
  },
  {
    name: 'a page has 1 to 1,000 items',
    async run({ store, expect }) {
      for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) {
        expect(await faultOf(store.listAccounts({ tenant, limit }))).toBe('RangeError');
        expect(await faultOf(sequencesOf(store, { tenant, account: 'a' }, limit))).toBe('RangeError');
        expect(await faultOf(store.claimMessages(limit, 60, 0))).toBe('RangeError');
        expect(await faultOf(store.listTenants({ limit }))).toBe('RangeError');
        expect(await faultOf(store.listMessages({ limit }))).toBe('RangeError');
      }
    },
  },
];

/** Each id gets a record and an event of its own, and has just these afterwards. */
async function assertSeparate({ store, expect }: CaseContext, ids: readonly AccountId[]): Promise<void> {
  const changes = ids.map((id, index) =>
    changeOf(id, 0, { record: String(index), events: eventsOf(id, index + 1) }),
  );
  expect(await store.commit(changes)).toEqual(ids.map(() => 'committed'));
  expect(await store.load(ids)).toEqual(ids.map((id, index) => ({ id, version: 1, record: String(index) })));
  for (const [index, id] of ids.entries()) expect(await sequencesOf(store, id)).toEqual([index + 1]);
}
