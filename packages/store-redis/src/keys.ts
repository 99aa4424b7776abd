import type { AccountId } from '@tidelock/engine';
import { keyOf } from '@tidelock/engine';

/** The keys of one partition that every store has; what they hold is in the README. */
export interface PartitionKeys {
  readonly accounts: string;
  readonly tenants: string;
  readonly messages: string;
  readonly due: string;
  readonly expiry: string;
  readonly messageIds: string;
}

/** The names of all keys of a store. Those of one partition share a hash tag, and so a slot and a node. */
export class KeyNames {
  /** Whose keys these are, and whether all partitions were made. */
  readonly root: string;
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.root = this.#name(0, 'store');
  }

  of(partition: number): PartitionKeys {
    return {
      accounts: this.#name(partition, 'accounts'),
      tenants: this.#name(partition, 'tenants'),
      messages: this.#name(partition, 'messages'),
      due: this.#name(partition, 'due'),
      expiry: this.#name(partition, 'expiry'),
      messageIds: this.#name(partition, 'message-ids'),
    };
  }

  /** A tenant's events in one partition, each at its position. */
  events(partition: number, tenant: string): string {
    return this.#name(partition, `events:${tenant}`);
  }

  /** A tenant's accounts in one partition, by their ids. */
  index(partition: number, tenant: string): string {
    return this.#name(partition, `index:${tenant}`);
  }

  /** The positions of one account's events. */
  log(partition: number, id: AccountId): string {
    return this.#name(partition, `log:${keyOf(id)}`);
  }

  /** These tags fall evenly on three nodes and more: 83 to 89 of 256 on each of three. They never change. */
  #name(partition: number, what: string): string {
    return `${this.#prefix}:{tl:${partition.toString(16).padStart(2, '0')}}:${what}`;
  }
}
