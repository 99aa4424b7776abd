/** The two things that this package takes from its runtime: Node 20 and later, browsers, workers, Deno and Bun have both. */
interface Platform {
  readonly crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
}

const platform = globalThis as unknown as Platform;

/** That many bytes from the runtime's cryptographic generator. */
export function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  platform.crypto.getRandomValues(bytes);
  return bytes;
}

/** The UTF-8 bytes of a text. A lone surrogate would become U+FFFD: refuse it before (`assertWellFormed`). */
export function encodeUtf8(text: string): Uint8Array {
  return new platform.TextEncoder().encode(text);
}
