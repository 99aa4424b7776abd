import { Secret } from '@tidelock/otp';
import type { DefinedCommand } from '../command-line/define-command.ts';
import { remarksOn } from '../command-line/code-source.ts';
import { readArgument } from '../command-line/read-argument.ts';

/** `tidelock secret`: 160 random bits, or the bytes of a text. */
export const secretCommand: DefinedCommand = {
  name: 'secret',
  summary: 'a new base32 secret, of 160 bits from the system’s generator',
  examples: ['secret', 'secret --from-text 12345678901234567890', 'secret --from-text @key.txt --json'],
  declare: (command) =>
    command.option('--from-text <text>', 'the bytes of this text instead (@FILE and - are read); for tests'),
  async run(shell, _, options) {
    const text = options['fromText'] as string | undefined;
    const secret = text === undefined ? Secret.generate() : Secret.fromText(await readArgument(text, shell));
    const base32 = secret.toBase32();
    return {
      status: 0,
      text: base32,
      remarks: remarksOn(secret),
      json: { secret: base32, bytes: secret.byteLength, weak: secret.isWeak },
    };
  },
};
