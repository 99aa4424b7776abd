import type { AccountId, StoredEvent } from '@tidelock/engine';
import { boundIn, compareNewestFirst, parsePosition, type EventPosition } from './event-position.ts';
import type { KeyNames } from './keys.ts';
import { mergePartitions } from './merge-partitions.ts';
import type { OpenPartitions } from './open-partitions.ts';
import { partitionOf } from './partition.ts';
import { accountEventsScript, tenantEventsScript } from './read-scripts.ts';
import { eventOf, listOf } from './rows.ts';

/** The audit log, newest first: an account's in its partition, a tenant's put together from all. */
export class EventKeys {
  readonly #partitions: OpenPartitions;
  readonly #names: KeyNames;

  constructor(partitions: OpenPartitions, names: KeyNames) {
    this.#partitions = partitions;
    this.#names = names;
  }

  async ofAccount(
    id: AccountId,
    before: EventPosition | null,
    limit: number,
  ): Promise<readonly StoredEvent[]> {
    const partition = partitionOf(id);
    const { accounts } = this.#names.of(partition);
    const keys = [accounts, this.#names.log(partition, id), this.#names.events(partition, id.tenant)];
    const values = [boundIn(partition, before), limit];
    const texts = listOf(await this.#partitions.run(accountEventsScript, keys, values));
    return texts.map((text) => eventOf(text, id.tenant, partition));
  }

  async ofTenant(
    tenant: string,
    before: EventPosition | null,
    limit: number,
  ): Promise<readonly StoredEvent[]> {
    return mergePartitions<StoredEvent>({
      limit,
      compare: compareNewestFirst,
      fetch: async (partition, given, count) => {
        const last = given.at(-1);
        const bound = boundIn(partition, last === undefined ? before : parsePosition(last.position));
        const keys = [this.#names.of(partition).accounts, this.#names.events(partition, tenant)];
        const texts = listOf(await this.#partitions.run(tenantEventsScript, keys, [bound, count]));
        return texts.map((text) => eventOf(text, tenant, partition));
      },
    });
  }
}
