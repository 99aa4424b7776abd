import { encodeQR } from 'qr';
import { assertOptions, assertWellFormed, assertWhole } from '../options.ts';
import { OtpError } from '../otp-error.ts';

export interface QrOptions {
  /** Width and height in pixels; default 200. */
  readonly size?: number | undefined;
  /** The quiet zone on each side, in modules; default 4, which ISO/IEC 18004 §5.3.8 asks for. */
  readonly margin?: number | undefined;
}

/** A QR code without its quiet zone: rows of modules, true where it is dark. */
export type QrModules = readonly (readonly boolean[])[];

const sizeDefault = 200;
const sizeMax = 4096;
const marginDefault = 4;
const marginMax = 64;
/** The encoder refuses a border of 0, so one module is asked for and cut off again. */
const encoderBorder = 1;

/**
 * The modules of a text, with 15 % error correction (level M), which is enough for a screen.
 *
 * @throws OtpError `otp/qr-too-long`, without the text; TypeError, RangeError for what is no well-formed string
 */
export function encodeQrModules(text: string): QrModules {
  assertWellFormed(text, 'The text of a QR code');
  if (text === '') throw new RangeError('The text of a QR code must not be empty.');
  let rows: readonly (readonly boolean[])[];
  try {
    rows = encodeQR(text, 'raw', { ecc: 'medium', border: encoderBorder });
  } catch {
    throw new OtpError(
      'otp/qr-too-long',
      'The text is too long for a QR code: at most some 2,300 bytes fit.',
    );
  }
  return rows.slice(encoderBorder, -encoderBorder).map((row) => row.slice(encoderBorder, -encoderBorder));
}

/** Checked, with their defaults. */
export function readQrOptions(
  options: QrOptions,
  owner: string,
): { readonly size: number; readonly margin: number } {
  assertOptions(options, ['size', 'margin'], owner);
  const { size = sizeDefault, margin = marginDefault } = options;
  assertWhole(size, 'size', 1, sizeMax);
  assertMargin(margin);
  return { size, margin };
}

/** @returns the margin, or its default. @throws TypeError, RangeError */
export function assertMargin(margin: number = marginDefault): number {
  assertWhole(margin, 'margin', 0, marginMax);
  return margin;
}
