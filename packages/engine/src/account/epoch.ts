/** How often, and when last, a backup of the store was brought back. What is older than the last time is not what it was. */
export interface Epoch {
  /** 0 where none ever was; grows with each. */
  readonly number: number;
  /** Until when the store that was lost may have accepted something, seconds since the epoch of clocks; 0 where none was. */
  readonly restoredAt: number;
}

/** The epoch of a store of which no backup was ever brought back. */
export const firstEpoch: Epoch = Object.freeze({ number: 0, restoredAt: 0 });
