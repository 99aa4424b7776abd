import { afterEach, describe, expect, it, vi } from 'vitest';
import { textRoom } from './platform.ts';

afterEach(() => void vi.unstubAllGlobals());

describe('room for text in a memory', () => {
  const roomOf = (from: unknown) => {
    vi.stubGlobal('Buffer', from === undefined ? undefined : { from });
    return textRoom(new ArrayBuffer(64), 16, 48);
  };

  it('is written into the memory itself', () => {
    const memory = new ArrayBuffer(64);
    textRoom(memory, 16, 48)!.utf8Write('AZ', 0, 48);
    expect([...new Uint8Array(memory, 15, 4)]).toEqual([0, 0x41, 0x5a, 0]);
  });

  it('is none where the runtime has none, or one that copies, throws or writes nothing', () => {
    expect(roomOf(undefined)).toBeNull();
    expect(roomOf(() => ({ utf8Write: () => 0 }))).toBeNull();
    expect(roomOf(() => ({ write: () => 0 }))).toBeNull();
    expect(
      roomOf((memory: ArrayBuffer, offset: number, length: number) => {
        const copy = new Uint8Array(memory.slice(offset, offset + length));
        return { utf8Write: (text: string) => new TextEncoder().encodeInto(text, copy).written };
      }),
    ).toBeNull();
    expect(
      roomOf(() => {
        throw new TypeError('not here');
      }),
    ).toBeNull();
    expect(
      roomOf((memory: ArrayBuffer, offset: number, length: number) => {
        const bytes = new Uint8Array(memory, offset, length);
        return { utf8Write: (text: string) => new TextEncoder().encodeInto(text, bytes).written };
      }),
    ).not.toBeNull();
  });
});
