/** A master key under its id; `key` is whatever the platform's cipher takes (on Node a `KeyObject`). */
export interface MasterKey {
  readonly id: string;
  readonly key: unknown;
}

/** The master keys: one seals, all of them open. */
export interface KeyRing {
  /** The key that seals. */
  readonly sealing: MasterKey;
  /** Every key that opens, the sealing one first. */
  readonly keys: readonly MasterKey[];
}
