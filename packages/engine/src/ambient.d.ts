/** What the pure part of the engine takes from the runtime; Node, browsers, Deno and Bun all have it. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
}

declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
