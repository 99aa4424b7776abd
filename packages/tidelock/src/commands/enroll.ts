import { existsSync } from 'node:fs';
import { Secret, Totp } from '@tidelock/otp';
import { qrPng } from '@tidelock/otp/qr';
import type { DefinedCommand } from '../command-line/define-command.ts';
import { UsageError } from '../command-line/shell.ts';
import { isThere, writeNewFile } from '../command-line/write-new-file.ts';
import { removeFile } from '../service/private-file.ts';

/** `tidelock enroll` (S42): a new key in a file, and its QR code in another. */
export const enrollCommand: DefinedCommand = {
  name: 'enroll',
  summary: 'make a key: saved in a file, with a QR code to scan',
  examples: [
    'enroll --issuer Acme --account user@example.com',
    'enroll --issuer Acme --account user@example.com --out 2fa.txt --png totp_qr.png',
    'verify @2fa.txt   # afterwards: asks for a code, and says whether it is right',
  ],
  declare(command) {
    command
      .requiredOption('--issuer <name>', 'the service, as the app shows it')
      .requiredOption('--account <name>', 'the user, as the app shows it')
      .option('--out <file>', 'where the key is saved, in base32; never overwritten', '2fa.txt')
      .option('--png <file>', 'where the QR code is saved; never overwritten', 'totp_qr.png');
  },
  async run(_, __, options) {
    const { issuer, account, out, png } = options as Record<'issuer' | 'account' | 'out' | 'png', string>;
    if (out === png) throw new UsageError('--out and --png are two files: give them two names.');
    const secret = Secret.generate();
    const image = qrPng(new Totp(secret).uri({ issuer, accountName: account }));
    // Looked at before anything is written, so that one call makes both files or none.
    if (existsSync(out)) throw isThere(out);
    if (existsSync(png)) throw isThere(png);
    await writeNewFile(out, `${secret.toBase32()}\n`);
    try {
      await writeNewFile(png, image);
    } catch (error) {
      await removeFile(out);
      throw error;
    }
    return {
      status: 0,
      text: `The key is in ${out}, which only you can read. Keep it.\nThe QR code is in ${png}: scan it with an authenticator app.`,
      remarks: [
        `Delete ${png} as soon as it is scanned: whoever sees it has the key.`,
        `Then try a code: tidelock verify @${out}`,
      ],
      json: { secretFile: out, qrFile: png, deleteAfterScanning: png },
    };
  },
};
