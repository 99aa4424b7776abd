import { ImportError } from '../import-error.ts';
import { importFactors, type ImportOptions, type ImportResult } from '../import-factors.ts';
import { limits } from '../limits.ts';
import { scanQr } from './scan-qr.ts';

/**
 * Reads the QR code on one PNG or several, such as the screenshots of an export of Google Authenticator, and imports what it says.
 * One code an image, in a worker thread; each image is one line of `place`.
 *
 * @throws ImportError `import/unsupported-image`, `import/no-qr-code`, `import/too-large`, `import/cost-too-high`, and those of
 * `importFactors`; TypeError, RangeError for what are no images, or too many
 */
export async function importQrPng(
  images: Uint8Array | readonly Uint8Array[],
  options: ImportOptions = {},
): Promise<ImportResult> {
  const list = images instanceof Uint8Array ? [images] : images;
  if (list.length < 1 || list.length > limits.imagesMax) {
    throw new RangeError(`Give 1 to ${limits.imagesMax} images.`);
  }
  for (const bytes of list) {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('An image must be a Uint8Array.');
    if (bytes.length > limits.fileBytesMax) {
      throw new ImportError('import/too-large', 'The image has more than 8 MB. Cut the QR code out.');
    }
  }
  const texts = await scanQr(list);
  // A line is one code: what is broken within a code would shift the lines of the others.
  return importFactors(texts.map((text) => text.replace(/[\r\n]+/g, ' ')).join('\n'), options);
}
