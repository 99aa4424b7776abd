import { ImportError } from '../import-error.ts';
import { limits } from '../limits.ts';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** What stands in the chunks of a PNG, with nothing inflated yet. */
export interface PngChunks {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  /** Red, green and blue of each colour of a palette. */
  readonly palette: Uint8Array;
  /** The opacity of each colour of a palette, 255 for those that are not there. */
  readonly paletteAlpha: Uint8Array;
  readonly deflated: Uint8Array;
}

/** Which bit depths a colour type may have (PNG, third edition, table 11.1). */
const depthsOf: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Takes a PNG apart. Checksums are not looked at: a damaged image gives no QR code, which has its own correction.
 *
 * SECURITY: F5, the size is bounded by what the header claims, before a byte is inflated (`decode-png.test.ts`).
 *
 * @throws ImportError `import/unsupported-image`
 */
export function parsePng(bytes: Uint8Array): PngChunks {
  if (!signature.every((byte, index) => bytes[index] === byte)) throw unsupportedImage('it is no PNG');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data: Uint8Array[] = [];
  const found = new Map<string, Uint8Array>();
  let at = signature.length;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (length > bytes.length - at - 12) throw unsupportedImage('it is cut off');
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (name === 'IDAT') data.push(body);
    else found.set(name, body);
    at += 12 + length;
    if (name === 'IEND') break;
  }
  const header = parseHeader(found.get('IHDR'));
  const palette = found.get('PLTE') ?? new Uint8Array(0);
  if (header.colourType === 3 && (palette.length === 0 || palette.length % 3 !== 0))
    throw unsupportedImage('it has no palette');
  const paletteAlpha = found.get('tRNS') ?? new Uint8Array(0);
  return { ...header, palette, paletteAlpha, deflated: Buffer.concat(data) };
}

type Header = Pick<PngChunks, 'width' | 'height' | 'bitDepth' | 'colourType'>;

function parseHeader(body: Uint8Array | undefined): Header {
  if (body === undefined || body.length !== 13) throw unsupportedImage('it has no header');
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const bitDepth = body[8]!;
  const colourType = body[9]!;
  const { imageSideMax, imagePixelsMax } = limits;
  if (width < 1 || height < 1) throw unsupportedImage('it has no pixels');
  if (width > imageSideMax || height > imageSideMax || width * height > imagePixelsMax)
    throw unsupportedImage(`it has more than ${imagePixelsMax / 1e6} million pixels: cut the QR code out`);
  if (depthsOf[colourType]?.includes(bitDepth) !== true || body[10] !== 0 || body[11] !== 0)
    throw unsupportedImage('its header is wrong');
  if (body[12] !== 0) throw unsupportedImage('it is interlaced: save it without');
  return { width, height, bitDepth, colourType };
}

export function unsupportedImage(reason: string): ImportError {
  return new ImportError(
    'import/unsupported-image',
    `This image cannot be read: ${reason}. Give a PNG, such as a screenshot of the QR code.`,
  );
}
