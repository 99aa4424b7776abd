import { assertOptions } from '../options.ts';
import { assertMargin, encodeQrModules } from './qr-modules.ts';

export interface QrTerminalOptions {
  /** The quiet zone on each side, in modules; default 4. */
  readonly margin?: number | undefined;
}

/** Black on white out of the fixed part of the 256 colours (16 and 231), which no theme of a terminal changes. */
const blackOnWhite = '\u001b[38;5;16;48;5;231m';
const reset = '\u001b[0m';
/** By what is dark: neither, the lower, the upper, both. */
const blocks = [' ', '▄', '▀', '█'];

/**
 * A QR code for a terminal, two modules to a character, one line after the other. Light modules and the quiet zone are painted
 * white, so that it is the right way round on dark and on light terminals.
 *
 * @throws OtpError `otp/qr-too-long`; TypeError, RangeError for wrong options
 */
export function qrTerminal(text: string, options: QrTerminalOptions = {}): string {
  assertOptions(options, ['margin'], 'qrTerminal');
  const margin = assertMargin(options.margin);
  const modules = encodeQrModules(text);
  const across = modules.length + 2 * margin;
  const isDark = (x: number, y: number) => modules[y - margin]?.[x - margin] === true;
  let lines = '';
  for (let y = 0; y < across; y += 2) {
    let line = '';
    for (let x = 0; x < across; x++) line += blocks[Number(isDark(x, y)) * 2 + Number(isDark(x, y + 1))];
    lines += `${blackOnWhite}${line}${reset}\n`;
  }
  return lines;
}
