/** The cost of one argon2id hash (RFC 9106). */
export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** A slow hash for what can be guessed offline (argon2id), computed off the event loop. */
export interface PasswordHash {
  /** 32 bytes. */
  hash(input: {
    readonly message: Uint8Array;
    readonly salt: Uint8Array;
    readonly cost: Argon2Cost;
  }): Promise<Uint8Array>;
}
