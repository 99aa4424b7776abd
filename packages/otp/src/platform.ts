import { decodeHex } from './hex.ts';

/** What this package takes from its runtime: Node 20 and later, browsers, workers, Deno and Bun have all of it. */
interface Platform {
  readonly crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: KernelInstance };
  };
  /** Node, Bun and Deno have it. */
  readonly Buffer?: { from(memory: ArrayBuffer, offset: number, length: number): TextRoom } | undefined;
}

/** Bytes that a text is written into, many times as fast as unit by unit. */
export interface TextRoom {
  /** As much of its UTF-8 as there is room for, whole characters only. `write` does the same, and asks for the encoding first. */
  utf8Write(text: string, offset: number, length: number): number;
}

/** What a module of `kernel/` exports. */
export interface KernelInstance {
  readonly f: (schedule: number, before: number, after: number) => void;
  readonly k?: (() => void) | undefined;
  readonly c?: (() => void) | undefined;
  readonly b?: (() => number) | undefined;
  readonly m: { readonly buffer: ArrayBuffer };
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

/**
 * Room for text in that memory, or null where the runtime has no quick way into it. SECURITY: it is tried once, since what a copy is
 * written into would leave the memory as it was, and every secret would be read as the same one (`platform.test.ts`).
 */
export function textRoom(memory: ArrayBuffer, offset: number, length: number): TextRoom | null {
  try {
    const room = platform.Buffer?.from(memory, offset, length) ?? null;
    const bytes = new Uint8Array(memory, offset, length);
    for (const probe of ['\u0001', '\u0002']) {
      room?.utf8Write(probe, 0, length);
      if (bytes[0] !== probe.charCodeAt(0)) return null;
    }
    return room;
  } catch {
    return null;
  }
}

/** A module of `kernel/` ready to run, or null where the runtime cannot or may not: a browser's policy, a worker's rules, no memory. */
export function instantiate(hex: string): KernelInstance | null {
  try {
    return new platform.WebAssembly.Instance(new platform.WebAssembly.Module(decodeHex(hex))).exports;
  } catch {
    return null;
  }
}
