import jsQrModule from 'jsqr';
import { ImportError } from '../import-error.ts';
import type { Pixels } from './decode-png.ts';

/** The package is CommonJS, whose default export arrives as a field of the module. */
const jsQr = jsQrModule.default;

/** The text of the QR code on an image. @throws ImportError `import/no-qr-code` */
export function scanPixels({ width, height, rgba }: Pixels): string {
  const text = scan({ width, height, rgba });
  if (text !== '') return text;
  throw new ImportError(
    'import/no-qr-code',
    'No QR code is found on this image. Give a sharp screenshot with some white around the code, one code an image.',
  );
}

function scan({ width, height, rgba }: Pixels): string {
  try {
    return jsQr(rgba, width, height)?.data.trim() ?? '';
  } catch {
    // A scanner that stumbles over an image has found no code on it.
    return '';
  }
}
