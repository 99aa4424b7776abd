import { keyOf, type AccountId } from '../account/account-id.ts';
import { compareCodePoints } from '../account/code-point-order.ts';
import type { AccountStore, ListQuery, OutgoingMessage, Page } from '../ports/account-store.ts';
import { pageLimitMax } from '../ports/page-limit.ts';
import { compareEvents } from './compare-events.ts';
import { copyMarkId } from './copy-mark.ts';
import { Differences } from './differences.ts';
import { eachPage, listAllTenants } from './walk.ts';

/** What was compared. */
export interface StoreComparison {
  readonly accounts: number;
  readonly events: number;
  readonly messages: number;
  readonly differences: Differences;
}

/**
 * Compares two stores: every record, every event, every message. Versions and positions are a store's own, and so are leases.
 * Memory does not grow with them.
 */
export async function compareStores(
  from: AccountStore,
  to: AccountStore,
  onProgress: (compared: number) => void,
): Promise<StoreComparison> {
  const differences = new Differences();
  let accounts = 0;
  let events = 0;
  const [wanted, present] = await Promise.all([listAllTenants(from), listAllTenants(to)]);
  const tenants = [...new Set([...wanted, ...present])].sort(compareCodePoints);
  for (const tenant of tenants) {
    if (!wanted.includes(tenant) || !present.includes(tenant)) differences.note('tenant', tenant);
    for await (const ids of mergedIds(tenant, from, to)) {
      accounts += ids.length;
      await compareRecords(ids, from, to, differences);
      onProgress(accounts);
    }
    events += await compareEvents(tenant, from, to, differences);
  }
  const messages = await compareMessages(from, to, differences);
  return { accounts, events, messages, differences };
}

async function compareRecords(
  ids: readonly AccountId[],
  from: AccountStore,
  to: AccountStore,
  differences: Differences,
): Promise<void> {
  const [wanted, present] = await Promise.all([from.load(ids), to.load(ids)]);
  for (const [place, id] of ids.entries())
    if ((wanted[place]?.record ?? null) !== (present[place]?.record ?? null))
      differences.note('record', `${id.tenant}/${id.account}`);
}

/** The accounts that either of the stores has a record of, in their order, each once; the mark of the copy itself is none. */
async function* mergedIds(
  tenant: string,
  from: AccountStore,
  to: AccountStore,
): AsyncGenerator<readonly AccountId[]> {
  const idsOf = (store: AccountStore) => eachId((query) => store.listAccounts({ tenant, ...query }));
  let page: AccountId[] = [];
  for await (const account of merged(idsOf(from), idsOf(to))) {
    const id = { tenant, account };
    if (keyOf(id) === keyOf(copyMarkId)) continue;
    page.push(id);
    if (page.length < pageLimitMax) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function compareMessages(
  from: AccountStore,
  to: AccountStore,
  differences: Differences,
): Promise<number> {
  const [wanted, present] = [from, to].map((store) => eachItem((query) => store.listMessages(query)));
  let count = 0;
  let [left, right] = await Promise.all([wanted!.next(), present!.next()]);
  while (left.done !== true || right.done !== true) {
    const order =
      left.done === true ? 1 : right.done === true ? -1 : compareCodePoints(left.value.id, right.value.id);
    const id = order <= 0 ? left.value!.id : right.value!.id;
    if (order !== 0 || textOf(left.value!) !== textOf(right.value!)) differences.note('message', id);
    if (order <= 0) {
      count += 1;
      left = await wanted!.next();
    }
    if (order >= 0) right = await present!.next();
  }
  return count;
}

function textOf({ id, accountId, channel, payload, dueAt, expiresAt }: OutgoingMessage): string {
  return JSON.stringify([id, accountId.tenant, accountId.account, channel, payload, dueAt, expiresAt]);
}

async function* eachItem<Item>(
  list: (query: ListQuery) => Promise<Page<Item>>,
): AsyncGenerator<Item, undefined> {
  for await (const { items } of eachPage(list)) yield* items;
  return undefined;
}

async function* eachId(
  list: (query: ListQuery) => ReturnType<AccountStore['listAccounts']>,
): AsyncGenerator<string, undefined> {
  for await (const { id } of eachItem(list)) yield id.account;
  return undefined;
}

/** Two sorted lists as one, without what stands in both a second time. */
async function* merged(
  left: AsyncGenerator<string, undefined>,
  right: AsyncGenerator<string, undefined>,
): AsyncGenerator<string> {
  let [one, other] = await Promise.all([left.next(), right.next()]);
  while (one.done !== true || other.done !== true) {
    const order =
      one.done === true ? 1 : other.done === true ? -1 : compareCodePoints(one.value, other.value);
    yield order <= 0 ? one.value! : other.value!;
    if (order <= 0) one = await left.next();
    if (order >= 0) other = await right.next();
  }
}
