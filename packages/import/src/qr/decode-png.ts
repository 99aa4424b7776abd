import { inflateSync } from 'node:zlib';
import { parsePng, unsupportedImage, type PngChunks } from './png-chunks.ts';

/** Four bytes a pixel: red, green, blue, and 255. What is transparent stands on white. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/** Values a pixel: grey, or red, green and blue, with an opacity or without; a palette has one, its index. */
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Decodes a PNG that is not interlaced, of any colour type and bit depth, 12 million pixels at most.
 *
 * @throws ImportError `import/unsupported-image`
 */
export function decodePng(bytes: Uint8Array): Pixels {
  const png = parsePng(bytes);
  const { width, height, bitDepth, colourType } = png;
  const channels = channelsOf[colourType]!;
  const rowBytes = Math.ceil((width * channels * bitDepth) / 8);
  const rows = inflate(png.deflated, { expected: (rowBytes + 1) * height });
  const step = Math.max(1, (channels * bitDepth) >> 3);
  const rgba = new Uint8ClampedArray(width * height * 4);
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1);
    const row = rows.subarray(start + 1, start + 1 + rowBytes);
    unfilter(row, { above, filter: rows[start]!, step });
    const samples = samplesOf(row, { count: width * channels, bitDepth });
    paintRow(png, { samples, target: rgba.subarray(y * width * 4, (y + 1) * width * 4) });
    above = row;
  }
  return { width, height, rgba };
}

function inflate(deflated: Uint8Array, { expected }: { readonly expected: number }): Uint8Array {
  let rows: Uint8Array;
  try {
    rows = inflateSync(deflated, { maxOutputLength: expected });
  } catch {
    throw unsupportedImage('its pixels do not inflate to the size that its header says');
  }
  if (rows.length !== expected) throw unsupportedImage('it is cut off');
  return rows;
}

/** Undoes the filter of a row in place (PNG, third edition, §9.2). */
function unfilter(
  row: Uint8Array,
  { above, filter, step }: { readonly above: Uint8Array; readonly filter: number; readonly step: number },
): void {
  if (filter === 0) return;
  if (filter > 4) throw unsupportedImage('a row has an unknown filter');
  for (let at = 0; at < row.length; at++) {
    const left = at < step ? 0 : row[at - step]!;
    const up = above[at]!;
    const upLeft = at < step ? 0 : above[at - step]!;
    let prediction = up;
    if (filter === 1) prediction = left;
    else if (filter === 3) prediction = (left + up) >> 1;
    else if (filter === 4) prediction = paeth(left, up, upLeft);
    row[at] = row[at]! + prediction;
  }
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toUpLeft = Math.abs(estimate - upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

/** The values of a row, one a number; of 16 bits the upper eight. */
function samplesOf(
  row: Uint8Array,
  { count, bitDepth }: { readonly count: number; readonly bitDepth: number },
): Uint8Array {
  if (bitDepth === 8) return row;
  const samples = new Uint8Array(count);
  const mask = (1 << bitDepth) - 1;
  for (let index = 0; index < count; index++) {
    const bit = index * bitDepth;
    samples[index] =
      bitDepth === 16 ? row[index * 2]! : (row[bit >> 3]! >> (8 - bitDepth - (bit & 7))) & mask;
  }
  return samples;
}

interface Row {
  readonly samples: Uint8Array;
  readonly target: Uint8ClampedArray;
}

function paintRow(png: PngChunks, { samples, target }: Row): void {
  const { width, colourType, bitDepth, palette, paletteAlpha } = png;
  const channels = channelsOf[colourType]!;
  const isGrey = colourType === 0 || colourType === 4;
  const scale = bitDepth < 8 && isGrey ? 255 / ((1 << bitDepth) - 1) : 1;
  for (let x = 0; x < width; x++) {
    const from = x * channels;
    const first = samples[from]!;
    const isPalette = colourType === 3;
    const source = isPalette ? palette : samples;
    const at = isPalette ? first * 3 : from;
    let alpha = 255;
    if (isPalette) alpha = paletteAlpha[first] ?? 255;
    else if (colourType === 4 || colourType === 6) alpha = samples[from + channels - 1]!;
    for (let colour = 0; colour < 3; colour++) {
      const value = isGrey ? first * scale : (source[at + colour] ?? 0);
      target[x * 4 + colour] = 255 + ((value - 255) * alpha) / 255;
    }
    target[x * 4 + 3] = 255;
  }
}
