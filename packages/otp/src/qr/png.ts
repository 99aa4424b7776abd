import { zlibSync } from 'fflate';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * A square black-and-white PNG from rows of packed pixels, 1 for white (PNG, third edition, §5 and §11.2.1).
 *
 * @param size - Pixels across and down; each row has them in `size / 8` bytes, rounded up.
 */
export function encodePng(size: number, rows: readonly Uint8Array[]): Uint8Array {
  // One bit a pixel, greyscale, deflate, no interlacing.
  const header = [...bigEndian(size), ...bigEndian(size), 1, 0, 0, 0, 0];
  const rowBytes = Math.ceil(size / 8) + 1;
  const image = new Uint8Array(rowBytes * rows.length);
  // Each row begins with the number of its filter: 0, none.
  rows.forEach((row, index) => image.set(row, index * rowBytes + 1));
  return Uint8Array.from([
    ...signature,
    ...chunk('IHDR', header),
    ...chunk('IDAT', zlibSync(image, { level: 9 })),
    ...chunk('IEND', []),
  ]);
}

function chunk(name: string, data: ArrayLike<number> & Iterable<number>): number[] {
  const body = [...Array.from(name, (letter) => letter.charCodeAt(0)), ...data];
  return [...bigEndian(data.length), ...body, ...bigEndian(crc32(body))];
}

function bigEndian(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** CRC-32 bit by bit (PNG, annex D): an image of this kind has a few hundred bytes. */
function crc32(bytes: readonly number[]): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc;
}
