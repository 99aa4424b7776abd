/** Authenticated encryption with a 96-bit nonce and a 128-bit tag (AES-256-GCM). */
export interface Cipher {
  /** Ciphertext followed by the tag. */
  seal(input: {
    readonly key: unknown;
    readonly nonce: Uint8Array;
    readonly plaintext: Uint8Array;
    readonly associatedData: Uint8Array;
  }): Uint8Array;
  /** The plaintext, or null where the tag is not right. */
  open(input: {
    readonly key: unknown;
    readonly nonce: Uint8Array;
    readonly sealed: Uint8Array;
    readonly associatedData: Uint8Array;
  }): Uint8Array | null;
}
