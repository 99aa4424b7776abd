import { encodePng } from './png.ts';
import { layOutQr, type QrModules, type QrOptions } from './qr-modules.ts';
import { OtpError } from '../otp-error.ts';

/**
 * A QR code as the bytes of a PNG file, black on white, of exactly `size` × `size` pixels: modules are whole pixels, and what is
 * left over goes to the quiet zone.
 *
 * @throws OtpError `otp/qr-too-long`, `otp/qr-too-small`; TypeError, RangeError for wrong options
 *
 * @example
 * const png = qrPng('otpauth://totp/Acme:user?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
 * png.subarray(1, 4); // the letters PNG
 */
export function qrPng(text: string, options: QrOptions = {}): Uint8Array {
  const { modules, across, size } = layOutQr(text, options, 'qrPng');
  const scale = Math.floor(size / across);
  if (scale < 1) {
    throw new OtpError(
      'otp/qr-too-small',
      `This QR code has ${across} modules with its margin: size must be at least that.`,
    );
  }
  return encodePng(size, drawRows(modules, size, scale));
}

/** The same PNG as base64, for whoever builds the data URI or a message alone. @throws as {@link qrPng} */
export function qrPngBase64(text: string, options: QrOptions = {}): string {
  return encodeBase64(qrPng(text, options));
}

/** The same PNG as a data URI, ready for the `src` of an image. @throws as {@link qrPng} */
export function qrDataUri(text: string, options: QrOptions = {}): string {
  return `data:image/png;base64,${qrPngBase64(text, options)}`;
}

/** Rows of one bit a pixel, 1 for white, each padded to whole bytes. */
function drawRows(modules: QrModules, size: number, scale: number): Uint8Array[] {
  const start = Math.floor((size - modules.length * scale) / 2);
  const white = new Uint8Array(Math.ceil(size / 8)).fill(0xff);
  const drawn = modules.map((row) => {
    const pixels = white.slice();
    row.forEach((dark, column) => {
      for (let at = start + column * scale; dark && at < start + (column + 1) * scale; at++) {
        pixels[at >> 3]! &= ~(0x80 >> (at & 7));
      }
    });
    return pixels;
  });
  return Array.from({ length: size }, (_, at) => drawn[Math.floor((at - start) / scale)] ?? white);
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 §4. */
function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const three = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) text += base64Alphabet.charAt((three >> shift) & 63);
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  return text.slice(0, text.length - missing) + '='.repeat(missing);
}
