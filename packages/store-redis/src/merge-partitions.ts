import { partitionCount, partitions } from './partition.ts';

/** How a list that lies in all partitions is put together. */
export interface Merge<Item> {
  /** Up to `count` items of one partition, in their order, after those that it gave before. */
  readonly fetch: (partition: number, before: readonly Item[], count: number) => Promise<readonly Item[]>;
  /** The order; items that are equal are one. */
  readonly compare: (left: Item, right: Item) => number;
  readonly limit: number;
}

/** So many times more is asked of a partition that has given all it was asked for. */
const growth = 4;

/**
 * The first items of a list over all partitions, `limit` at most. Each partition is first asked for its share of the page,
 * and asked again, for more, only while what it has not given yet may still belong to the page.
 */
export async function mergePartitions<Item>({
  fetch,
  compare,
  limit,
}: Merge<Item>): Promise<readonly Item[]> {
  const given = partitions.map(() => [] as readonly Item[]);
  let open: readonly number[] = partitions;
  let page: readonly Item[] = [];
  let count = Math.min(limit, Math.ceil(limit / partitionCount) + 1);
  while (open.length > 0) {
    const more = await Promise.all(open.map((partition) => fetch(partition, given[partition]!, count)));
    const asked = count;
    for (const [index, partition] of open.entries())
      given[partition] = [...given[partition]!, ...more[index]!];
    page = firstOf(given, compare, limit);
    const last = page.length === limit ? page.at(-1)! : null;
    open = open.filter((partition, index) => {
      const isExhausted = more[index]!.length < asked || given[partition]!.length >= limit;
      if (isExhausted) return false;
      return last === null || compare(given[partition]!.at(-1)!, last) < 0;
    });
    count = Math.min(limit, count * growth);
  }
  return page;
}

function firstOf<Item>(
  given: readonly (readonly Item[])[],
  compare: (left: Item, right: Item) => number,
  limit: number,
): readonly Item[] {
  const page: Item[] = [];
  for (const item of given.flat().sort(compare)) {
    if (page.length === limit) break;
    if (page.length === 0 || compare(page.at(-1)!, item) !== 0) page.push(item);
  }
  return page;
}
