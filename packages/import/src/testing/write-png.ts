import { deflateSync } from 'node:zlib';

export interface PngOptions {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  /** Rows without their filter. */
  readonly rows: readonly Uint8Array[];
  readonly palette?: Uint8Array;
  /** The filter of every row, 0 to 4. */
  readonly filter?: number;
}

/** A PNG of any colour type (PNG, third edition, §5), without checksums that anybody looks at. */
export function writePng(options: PngOptions): Buffer {
  const { width, height, bitDepth, colourType, rows, palette, filter = 0 } = options;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType, 0, 0, 0], 8);
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colourType]!;
  const step = Math.max(1, (channels * bitDepth) >> 3);
  const lines = rows.map((row, y) =>
    Buffer.from([
      filter,
      ...filterRow(row, { above: rows[y - 1] ?? new Uint8Array(row.length), filter, step }),
    ]),
  );
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(palette === undefined ? [] : [chunk('PLTE', palette)]),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

interface Filtering {
  readonly above: Uint8Array;
  readonly filter: number;
  readonly step: number;
}

function filterRow(row: Uint8Array, { above, filter, step }: Filtering): Uint8Array {
  return row.map((value, at) => {
    const left = row[at - step] ?? 0;
    const up = above[at]!;
    const upLeft = above[at - step] ?? 0;
    const nearest = [left, up, upLeft].toSorted(
      (a, b) => Math.abs(left + up - upLeft - a) - Math.abs(left + up - upLeft - b),
    )[0]!;
    return value - [0, left, up, (left + up) >> 1, nearest][filter]!;
  });
}

function chunk(name: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, body, Buffer.alloc(4)]);
}
