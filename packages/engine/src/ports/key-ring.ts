/** A master key under its id; `key` is whatever the platform's cipher takes (on Node a `KeyObject`). */
export interface MasterKey {
  readonly id: string;
  readonly key: unknown;
}

/** Opens a key that a vault has wrapped: 32 bytes. It is asked once for each key, at the start. */
export type UnwrapKey = (wrapped: string) => Promise<Uint8Array>;

/** The master keys: one seals, all of them open. */
export interface KeyRing {
  /** The key that seals. */
  readonly sealing: MasterKey;
  /** Every key that opens, the sealing one first. */
  readonly keys: readonly MasterKey[];
}
