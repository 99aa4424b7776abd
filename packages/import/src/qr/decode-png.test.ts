import { qrPng } from '@tidelock/otp/qr';
import { describe, expect, it } from 'vitest';
import { ImportError } from '../import-error.ts';
import { writePng } from '../testing/write-png.ts';
import { decodePng } from './decode-png.ts';

/** Nine by five pixels: black on the left, a colour in the middle, white on the right. */
const width = 9;
const height = 5;
const shades = Array.from({ length: width }, (_, x) => [0, 128, 255][Math.floor(x / 3)]!);

/** The rows of such an image, packed as its colour type and bit depth want it. */
function rowsOf(channels: readonly ((shade: number) => number)[], bitDepth: number): Uint8Array[] {
  const samples = shades.flatMap((shade) => channels.map((channel) => channel(shade)));
  const bits = samples.map((sample) => sample.toString(2).padStart(8, '0'));
  const text = bits.map((byte) => (bitDepth === 16 ? byte + byte : byte.slice(0, bitDepth))).join('');
  const bytes = text.match(/.{1,8}/g)!.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
  return Array.from({ length: height }, () => Uint8Array.from(bytes));
}

const same = (shade: number) => shade;
const opaque = () => 255;
const layouts = [
  [0, [1, 2, 4, 8, 16], [same]],
  [2, [8, 16], [same, same, same]],
  [4, [8, 16], [same, opaque]],
  [6, [8, 16], [same, same, same, opaque]],
] as const;

describe('a PNG that is made for the test', () => {
  const cases = layouts.flatMap(([colourType, depths, channels]) =>
    depths.flatMap((bitDepth) =>
      [0, 1, 2, 3, 4].map((filter) => ({ colourType, bitDepth, filter, channels })),
    ),
  );

  it.each(cases)(
    'colour type $colourType with $bitDepth bits and filter $filter comes out as it went in',
    ({ colourType, bitDepth, filter, channels }) => {
      const rows = rowsOf(channels, bitDepth);
      const pixels = decodePng(writePng({ width, height, bitDepth, colourType, rows, filter }));
      for (let index = 0; index < width * height; index++) {
        const shade = shades[index % width]!;
        const steps = (1 << Math.min(bitDepth, 8)) - 1;
        const expected = Math.round((Math.floor((shade * (steps + 1)) / 256) * 255) / steps);
        expect([...pixels.rgba.subarray(index * 4, index * 4 + 4)]).toEqual([
          expected,
          expected,
          expected,
          255,
        ]);
      }
    },
  );

  it.each([1, 2, 4, 8])('a palette with %i bits gives its colours', (bitDepth) => {
    const palette = Uint8Array.of(10, 20, 30, 200, 210, 220);
    const rows = rowsOf([(shade) => (shade > 100 ? 1 : 0) << (8 - bitDepth)], bitDepth);
    const { rgba } = decodePng(writePng({ width, height, bitDepth, colourType: 3, rows, palette }));
    expect([...rgba.subarray(0, 4)]).toEqual([10, 20, 30, 255]);
    expect([...rgba.subarray(16, 20)]).toEqual([200, 210, 220, 255]);
  });

  it('what is transparent stands on white', () => {
    const rows = rowsOf([() => 0, () => 0], 8);
    const { rgba } = decodePng(writePng({ width, height, bitDepth: 8, colourType: 4, rows }));
    expect([...rgba.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
  });
});

describe('F5: an image that is damaged, or made to cost', () => {
  const code = (bytes: Uint8Array): string | undefined => {
    try {
      decodePng(bytes);
      return undefined;
    } catch (error) {
      return error instanceof ImportError ? error.code : String(error);
    }
  };
  const whole = writePng({ width, height, bitDepth: 8, colourType: 0, rows: rowsOf([same], 8) });
  const changed = (offset: number, value: number) => {
    const bytes = Buffer.from(whole);
    bytes[offset] = value;
    return bytes;
  };

  it.each([
    ['a width of four billion', changed(16, 255)],
    ['no width', changed(19, 0)],
    ['9 million pixels that are not there', changed(18, 30)],
    ['a bit depth of 3', changed(24, 3)],
    ['a colour type of 5', changed(25, 5)],
    ['another compression', changed(26, 1)],
    ['interlacing', changed(28, 1)],
    ['a palette that is not there', changed(25, 3)],
    ['another kind of file', Buffer.from('GIF89a')],
    ['nothing', Buffer.alloc(0)],
    ['a header alone', whole.subarray(0, 40)],
    ['a chunk that is cut off', whole.subarray(0, 60)],
    [
      'an unknown filter',
      writePng({ width, height, bitDepth: 8, colourType: 0, rows: rowsOf([same], 8), filter: 7 }),
    ],
  ])('%s: refused by its code, before memory is taken', (_, bytes) => {
    const before = process.memoryUsage().arrayBuffers;
    expect(code(bytes)).toBe('import/unsupported-image');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('a bomb that inflates to more than its header says is stopped', () => {
    const rows = Array.from({ length: 4000 }, () => new Uint8Array(4000));
    const bytes = writePng({ width, height, bitDepth: 8, colourType: 0, rows });
    expect(code(bytes)).toBe('import/unsupported-image');
  });
});

it('our own QR codes are decoded', () => {
  const { width: side, height: rows, rgba } = decodePng(qrPng('otpauth://totp/a?secret=MFRGGZDF'));
  expect(side).toBe(rows);
  expect(new Set(rgba)).toEqual(new Set([0, 255]));
});
