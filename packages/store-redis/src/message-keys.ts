import { compareCodePoints, type MessageResult, type OutgoingMessage } from '@tidelock/engine';
import type { KeyNames } from './keys.ts';
import { mergePartitions } from './merge-partitions.ts';
import type { OpenPartitions } from './open-partitions.ts';
import { dueMessagesScript, leaseMessagesScript, settleMessagesScript } from './outbox-scripts.ts';
import { partitions } from './partition.ts';
import { listMessagesScript } from './read-scripts.ts';
import { messageOf, pairsOf } from './rows.ts';

/** Of so many claimed messages it is remembered where they lie; others are looked for in all partitions. */
const rememberedMax = 10_000;

/** How often a claim looks again where others have taken all that it had seen. */
const claimTriesMax = 5;

/** A message that may be claimed, and since when. */
interface DueMessage {
  readonly partition: number;
  readonly id: string;
  readonly dueAt: number;
}

/** The outbox: each partition has its share of it. */
export class MessageKeys {
  readonly #partitions: OpenPartitions;
  readonly #names: KeyNames;
  readonly #remembered = new Map<string, number>();

  constructor(partitions: OpenPartitions, names: KeyNames) {
    this.#partitions = partitions;
    this.#names = names;
  }

  async list(after: string, limit: number): Promise<readonly OutgoingMessage[]> {
    return mergePartitions<OutgoingMessage>({
      limit,
      compare: (left, right) => compareCodePoints(left.id, right.id),
      fetch: async (partition, before, count) => {
        const { accounts, messageIds, messages } = this.#names.of(partition);
        const keys = [accounts, messageIds, messages];
        const values = [before.at(-1)?.id ?? after, count];
        const rows = pairsOf(await this.#partitions.run(listMessagesScript, keys, values));
        return rows.map(([id, text]) => messageOf(id, text));
      },
    });
  }

  async claim(limit: number, leaseSeconds: number, now: number): Promise<readonly OutgoingMessage[]> {
    for (let tries = 1; ; tries++) {
      const due = await this.#due(limit, now);
      const claimed = await Promise.all(
        Array.from(
          Map.groupBy(due, ({ partition }) => partition),
          ([partition, messages]) => this.#lease(partition, messages, [now, now + leaseSeconds]),
        ),
      );
      const messages = claimed.flat();
      if (messages.length > 0 || due.length === 0 || tries >= claimTriesMax) return messages;
    }
  }

  async settle(results: readonly MessageResult[]): Promise<void> {
    const byPartition = new Map<number, MessageResult[]>();
    for (const result of results) {
      const known = this.#remembered.get(result.id);
      for (const partition of known === undefined ? partitions : [known]) {
        const share = byPartition.get(partition);
        if (share === undefined) byPartition.set(partition, [result]);
        else share.push(result);
      }
    }
    await Promise.all(Array.from(byPartition, ([partition, share]) => this.#settle(partition, share)));
    for (const { id, outcome } of results) if (outcome === 'settled') this.#remembered.delete(id);
  }

  /** What may be claimed, who has waited longest first. What has expired is deleted. */
  #due(limit: number, now: number): Promise<readonly DueMessage[]> {
    return mergePartitions<DueMessage>({
      limit,
      compare: (left, right) => left.dueAt - right.dueAt || compareCodePoints(left.id, right.id),
      fetch: async (partition, before, count) => {
        const values = [now, before.length, count];
        const rows = pairsOf(await this.#partitions.run(dueMessagesScript, this.#keysOf(partition), values));
        return rows.map(([id, dueAt]) => ({ partition, id, dueAt: Number(dueAt) }));
      },
    });
  }

  async #lease(
    partition: number,
    due: readonly DueMessage[],
    times: readonly [now: number, leasedUntil: number],
  ): Promise<readonly OutgoingMessage[]> {
    const values = [...times, ...due.map(({ id }) => id)];
    const rows = pairsOf(await this.#partitions.run(leaseMessagesScript, this.#keysOf(partition), values));
    for (const [id] of rows) this.#remember(id, partition);
    return rows.map(([id, text]) => messageOf(id, text));
  }

  async #settle(partition: number, results: readonly MessageResult[]): Promise<void> {
    const settled = results.filter(({ outcome }) => outcome === 'settled').map(({ id }) => id);
    const again = results
      .filter(({ id, outcome }) => outcome === 'retry' && !settled.includes(id))
      .flatMap(({ id, dueAt }) => [id, dueAt ?? '']);
    const values = [settled.length, ...settled, ...again];
    await this.#partitions.run(settleMessagesScript, this.#keysOf(partition), values);
  }

  #remember(id: string, partition: number): void {
    this.#remembered.set(id, partition);
    if (this.#remembered.size <= rememberedMax) return;
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }

  #keysOf(partition: number): readonly string[] {
    const { accounts, messages, due, expiry, messageIds } = this.#names.of(partition);
    return [accounts, messages, due, expiry, messageIds];
  }
}
