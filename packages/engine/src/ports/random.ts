/** Where randomness comes from: a cryptographically secure source, or a seeded one in a simulated world. */
export interface Random {
  /** That many random bytes. */
  bytes(length: number): Uint8Array;
}
