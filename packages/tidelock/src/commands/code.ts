import type { Totp } from '@tidelock/otp';
import { codeOptionsOf, declareCodeOptions, readCounter, readTime } from '../command-line/code-options.ts';
import { parseCodeSource } from '../command-line/code-source.ts';
import type { DefinedCommand } from '../command-line/define-command.ts';
import { readArgument } from '../command-line/read-argument.ts';
import { UsageError, type Report } from '../command-line/shell.ts';
import { watchCode } from '../command-line/watch-code.ts';

/** `tidelock code`: the code that an authenticator app shows (S11). */
export const codeCommand: DefinedCommand = {
  name: 'code',
  summary: 'the current code of a secret, and the seconds left; for development and tests',
  examples: [
    'code @2fa.txt',
    'code @2fa.txt --watch',
    'code GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ --at 1970-01-01T00:00:59Z',
    'code GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ --counter 0',
    'code - --algorithm SHA256 --digits 8 < secret.txt',
  ],
  declare(command) {
    command
      .argument('<secret|uri>', 'base32 or an otpauth URI, @FILE, or - for standard input')
      .option('--watch', 'go on until Ctrl-C')
      .option('--at <time>', 'of another time: RFC 3339, or seconds since 1970', readTime)
      .option('--counter <n>', 'HOTP: the code of this counter', readCounter);
    declareCodeOptions(command);
  },
  async run(shell, [given], options) {
    const codeOptions = codeOptionsOf(options);
    const source = parseCodeSource(await readArgument(given!, shell), codeOptions);
    const isWatched = options['watch'] === true;
    if (source.kind === 'totp') {
      const { totp, remarks } = source;
      if (!isWatched) return reportNow(totp, codeOptions.at, remarks);
      if (codeOptions.at !== undefined)
        throw new UsageError('--watch is about now, and --at is not: give one.');
      for (const remark of remarks) shell.errors.write(`${remark}\n`);
      return watchCode(totp, shell, options['json'] === true);
    }
    if (isWatched) throw new UsageError('--watch follows the time, and this code comes from a counter.');
    const { hotp, counter, remarks } = source;
    const code = hotp.generate(counter);
    // JSON has no whole numbers over 2^53.
    const json = { code, counter: typeof counter === 'bigint' ? String(counter) : counter };
    return { status: 0, text: code, remarks, json };
  },
};

function reportNow(totp: Totp, given: number | Date | undefined, remarks: readonly string[]): Report {
  const at = given ?? Date.now() / 1000;
  const code = totp.generate({ at });
  const secondsLeft = totp.secondsLeft({ at });
  const time = given === undefined ? '' : ' then';
  return {
    status: 0,
    text: code,
    remarks: [...remarks, `${secondsLeft} ${secondsLeft === 1 ? 'second' : 'seconds'} left${time}`],
    json: { code, secondsLeft, periodSeconds: totp.periodSeconds },
  };
}
