import { stripVTControlCharacters } from 'node:util';
import { KeyUri } from '@tidelock/otp';
import { qrDataUri, qrPng, qrSvg, qrTerminal } from '@tidelock/otp/qr';
import type { DefinedCommand } from '../command-line/define-command.ts';
import { readArgument } from '../command-line/read-argument.ts';
import { UsageError, type Report, type Shell } from '../command-line/shell.ts';
import { writeNewFile } from '../command-line/write-new-file.ts';

/** `tidelock qr`: a URI as an image, or in the terminal. */
export const qrCommand: DefinedCommand = {
  name: 'qr',
  summary: 'the QR code of an otpauth URI, in the terminal or as a file',
  examples: ['qr @uri.txt', 'qr @uri.txt --png totp_qr.png', 'qr - --svg totp_qr.svg < uri.txt'],
  declare(command) {
    command
      .argument('<uri>', 'an otpauth URI, @FILE, or - for standard input')
      .option('--png <file>', 'write a PNG of 200 × 200 pixels, which only you can read')
      .option('--svg <file>', 'write an SVG, which only you can read');
  },
  async run(shell, [given], options) {
    const { png, svg } = options as { png?: string; svg?: string };
    if (png !== undefined && svg !== undefined)
      throw new UsageError('--png and --svg are two files: call it twice.');
    const uri = await readArgument(given!, shell);
    // What is no otpauth URI would make a fine QR code that no app takes.
    KeyUri.parse(uri);
    if (png !== undefined) return writeImage(png, qrPng(uri));
    if (svg !== undefined) return writeImage(svg, qrSvg(uri));
    return reportTerminal(uri, shell);
  },
};

/** Painted black on white, which every camera reads; without colours, it is dark where the letters are. */
function reportTerminal(uri: string, { output, environment }: Shell): Report {
  const painted = qrTerminal(uri).trimEnd();
  const json = { png: qrDataUri(uri) };
  if (output.isTTY && (environment['NO_COLOR'] ?? '') === '') return { status: 0, text: painted, json };
  const remarks = ['Without colours it can be scanned on a light ground only; --png writes an image.'];
  return { status: 0, text: stripVTControlCharacters(painted), remarks, json };
}

async function writeImage(file: string, image: string | Uint8Array): Promise<Report> {
  await writeNewFile(file, image);
  return {
    status: 0,
    text: `The QR code is in ${file}.`,
    remarks: [`It holds the secret: delete ${file} as soon as it is scanned.`],
    json: { file },
  };
}
