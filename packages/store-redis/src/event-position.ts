import type { StoredEvent } from '@tidelock/engine';

/** Where an event stands: microseconds of the clock of its server, at which its partition has no other, and the partition. */
export interface EventPosition {
  readonly at: string;
  readonly partition: number;
}

/** @throws RangeError where it is no position that a store has given. */
export function parsePosition(text: string): EventPosition {
  const [, at, partition] = /^([1-9][0-9]{0,15})-([0-9]{1,3})$/.exec(text) ?? [];
  if (at === undefined || partition === undefined)
    throw new RangeError('"before" is the position of an event that this store gave.');
  return { at, partition: Number(partition) };
}

/** Up to where a partition is read for what stands before a position, as Redis writes bounds: "(" leaves it out. */
export function boundIn(partition: number, before: EventPosition | null): string {
  if (before === null) return '+inf';
  return partition < before.partition ? before.at : `(${before.at}`;
}

/** Newest first; at one microsecond the higher partition. */
export function compareNewestFirst(left: StoredEvent, right: StoredEvent): number {
  const [a, b] = [parsePosition(left.position), parsePosition(right.position)];
  return Number(b.at) - Number(a.at) || b.partition - a.partition;
}
