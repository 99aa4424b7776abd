import { Secret, Totp } from '@tidelock/otp';
import { codeOptionsOf, declareCodeOptions } from '../command-line/code-options.ts';
import type { DefinedCommand } from '../command-line/define-command.ts';
import { readArgument } from '../command-line/read-argument.ts';

/** `tidelock uri`: what an authenticator app scans. */
export const uriCommand: DefinedCommand = {
  name: 'uri',
  summary: 'the otpauth URI that an authenticator app reads',
  examples: [
    'uri --issuer Acme --account user@example.com',
    'uri --issuer Acme --account user@example.com --secret @2fa.txt | tidelock qr -',
    'uri --issuer Acme --account user --algorithm SHA256 --digits 8 --spell-out',
  ],
  declare(command) {
    command
      .requiredOption('--issuer <name>', 'the service, as the app shows it')
      .requiredOption('--account <name>', 'the user, as the app shows it')
      .option('--secret <secret>', 'base32, @FILE, or - for standard input; a new one where left out')
      .option('--spell-out', 'write algorithm, digits and period even where they are the default');
    declareCodeOptions(command);
  },
  async run(shell, _, options) {
    const { algorithm, digits, period } = codeOptionsOf(options);
    const given = options['secret'] as string | undefined;
    const secret =
      given === undefined ? Secret.generate() : Secret.fromBase32(await readArgument(given, shell));
    const uri = new Totp(secret, { algorithm, digits, periodSeconds: period }).uri({
      issuer: options['issuer'] as string,
      accountName: options['account'] as string,
      spellOut: options['spellOut'] === true,
    });
    return { status: 0, text: uri, json: { uri, secret: secret.toBase32() } };
  },
};
