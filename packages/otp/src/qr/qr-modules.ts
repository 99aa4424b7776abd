import { encodeQR } from 'qr';
import { assertOptions, assertWellFormed, assertWhole } from '../options.ts';
import { OtpError } from '../otp-error.ts';

export interface QrOptions {
  /** Width and height in pixels; default 200, or more where a long text needs it for three pixels a module. */
  readonly size?: number | undefined;
  /** The quiet zone on each side, in modules; default 4, which ISO/IEC 18004 §5.3.8 asks for. */
  readonly margin?: number | undefined;
}

/** A QR code without its quiet zone: rows of modules, true where it is dark. */
export type QrModules = readonly (readonly boolean[])[];

const sizeDefault = 200;
/** Cameras and scanners read three pixels a module with ease; one is too few for some. */
const modulePixelsDefault = 3;
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

/** A QR code and the square that it is drawn in, all options checked. */
export interface QrDrawing {
  readonly modules: QrModules;
  /** In modules. */
  readonly margin: number;
  /** Modules from edge to edge, margins included. */
  readonly across: number;
  /** Pixels from edge to edge. */
  readonly size: number;
}

export function layOutQr(text: string, options: QrOptions, owner: string): QrDrawing {
  assertOptions(options, ['size', 'margin'], owner);
  const margin = assertMargin(options.margin);
  if (options.size !== undefined) assertWhole(options.size, 'size', 1, sizeMax);
  const modules = encodeQrModules(text);
  const across = modules.length + 2 * margin;
  return {
    modules,
    margin,
    across,
    size: options.size ?? Math.max(sizeDefault, across * modulePixelsDefault),
  };
}

/** @returns the margin, or its default. @throws TypeError, RangeError */
export function assertMargin(margin: number = marginDefault): number {
  assertWhole(margin, 'margin', 0, marginMax);
  return margin;
}
