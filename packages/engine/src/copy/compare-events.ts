import { keyOf } from '../account/account-id.ts';
import type { AccountStore, StoredEvent } from '../ports/account-store.ts';
import type { Differences } from './differences.ts';
import { eachEventPage } from './walk.ts';

/**
 * How far apart one event may stand in two logs. A store of several partitions puts a tenant's events together by time, and a copy
 * has them within a page of each other.
 */
const apartMax = 50_000;

/** Compares the logs of a tenant, newest first: every member of every event, and the order of each account's. Gives how many there are. */
export async function compareEvents(
  tenant: string,
  from: AccountStore,
  to: AccountStore,
  differences: Differences,
): Promise<number> {
  const sides = [new Side(from, tenant), new Side(to, tenant)] as const;
  for (;;) {
    const [wanted, present] = await Promise.all(sides.map((side) => side.next()));
    for (const [key, text] of wanted!) if (!sides[1].takes(key, text)) sides[0].waiting.set(key, text);
    for (const [key, text] of present!) if (!sides[0].takes(key, text)) sides[1].waiting.set(key, text);
    const waiting = sides[0].waiting.size + sides[1].waiting.size;
    if (sides.every(({ isOver }) => isOver) || waiting > apartMax) break;
  }
  for (const key of sides.flatMap(({ unordered }) => unordered)) differences.note('order of events', key);
  for (const key of new Set(sides.flatMap(({ waiting }) => [...waiting.keys()])))
    differences.note('event', key);
  return sides[0].count;
}

class Side {
  /** Events that the other side has not had yet, by account and sequence. */
  readonly waiting = new Map<string, string>();
  readonly unordered: string[] = [];
  isOver = false;
  count = 0;
  readonly #pages: AsyncGenerator<readonly StoredEvent[]>;

  constructor(store: AccountStore, tenant: string) {
    this.#pages = eachEventPage(store, tenant);
  }

  async next(): Promise<readonly (readonly [key: string, text: string])[]> {
    const { value: page, done } = await this.#pages.next();
    this.isOver = done === true;
    if (done === true) return [];
    this.count += page.length;
    const last = new Map<string, number>();
    return page.map(({ position: _position, ...event }) => {
      const account = keyOf(event);
      if (event.sequence >= (last.get(account) ?? Infinity)) this.unordered.push(placeOf(event));
      last.set(account, event.sequence);
      return [placeOf(event), textOf(event)];
    });
  }

  /** Whether this side has had the same event; then it waits for it no longer. */
  takes(key: string, text: string): boolean {
    if (this.waiting.get(key) !== text) return false;
    return this.waiting.delete(key);
  }
}

function placeOf({ tenant, account, sequence }: Omit<StoredEvent, 'position'>): string {
  return `${tenant}/${account} ${sequence}`;
}

/** Stores give members in orders of their own. */
function textOf(event: Omit<StoredEvent, 'position'>): string {
  const members = Object.entries(event).filter(([, value]) => value !== undefined);
  return JSON.stringify(members.sort(([left], [right]) => (left < right ? -1 : 1)));
}
