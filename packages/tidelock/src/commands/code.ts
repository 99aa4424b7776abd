import type { Totp } from '@tidelock/otp';
import {
  codeOptionsOf,
  declareCodeOptions,
  readCounter,
  readTime,
  readWhole,
} from '../command-line/code-options.ts';
import { parseCodeSource } from '../command-line/code-source.ts';
import type { DefinedCommand } from '../command-line/define-command.ts';
import { readArgument } from '../command-line/read-argument.ts';
import { UsageError, type Report } from '../command-line/shell.ts';
import { reportRange } from '../command-line/report-range.ts';
import { watchCode } from '../command-line/watch-code.ts';

/** `tidelock code`: the code that an authenticator app shows (S11). */
export const codeCommand: DefinedCommand = {
  name: 'code',
  summary: 'the current code of a secret, and the seconds left; for development and tests',
  examples: [
    'code @2fa.txt',
    'code @2fa.txt --watch',
    'code @2fa.txt --next',
    'code @2fa.txt --count 120',
    'code GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ --at 1970-01-01T00:00:59Z',
    'code GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ --counter 0',
    'code - --algorithm SHA256 --digits 8 < secret.txt',
  ],
  declare(command) {
    command
      .argument('<secret|uri>', 'base32 or an otpauth URI, @FILE, or - for standard input')
      .option('--watch', 'go on until Ctrl-C')
      .option('--next', 'the code that comes after it')
      .option('--count <n>', 'so many codes, each with its time or counter, 1 to 10000', readWhole)
      .option('--at <time>', 'of another time: RFC 3339, or seconds since 1970', readTime)
      .option('--counter <n>', 'HOTP: the code of this counter', readCounter);
    declareCodeOptions(command);
  },
  async run(shell, [given], options) {
    const codeOptions = codeOptionsOf(options);
    const source = parseCodeSource(await readArgument(given!, shell), codeOptions);
    const { count } = options as { count?: number };
    const [isWatched, isNext] = [options['watch'] === true, options['next'] === true];
    if ([isWatched, isNext, count !== undefined].filter(Boolean).length > 1)
      throw new UsageError('--watch, --next and --count are three ways to look at it: give one.');
    if (count !== undefined) return reportRange(source, count, codeOptions.at ?? Date.now() / 1000);
    if (source.kind === 'totp') {
      const { totp, remarks } = source;
      if (!isWatched) return reportNow(totp, codeOptions.at, remarks, isNext);
      if (codeOptions.at !== undefined)
        throw new UsageError('--watch is about now, and --at is not: give one.');
      for (const remark of remarks) shell.errors.write(`${remark}\n`);
      return watchCode(totp, shell, options['json'] === true);
    }
    if (isWatched) throw new UsageError('--watch follows the time, and this code comes from a counter.');
    if (isNext)
      throw new UsageError('--next follows the time: give the next --counter, or --count 2 for both codes.');
    const { hotp, counter, remarks } = source;
    const code = hotp.generate(counter);
    // JSON has no whole numbers over 2^53.
    const json = { code, counter: typeof counter === 'bigint' ? String(counter) : counter };
    return { status: 0, text: code, remarks, json };
  },
};

function reportNow(
  totp: Totp,
  given: number | Date | undefined,
  remarks: readonly string[],
  isNext: boolean,
): Report {
  const at = given ?? Date.now() / 1000;
  const [code, nextCode] = [totp.generate({ at }), totp.generateNext({ at })];
  const secondsLeft = totp.secondsLeft({ at });
  const time = given === undefined ? '' : ' then';
  const seconds = `${secondsLeft} ${secondsLeft === 1 ? 'second' : 'seconds'}`;
  return {
    status: 0,
    text: isNext ? nextCode : code,
    remarks: [...remarks, isNext ? `shown in ${seconds}${time}` : `${seconds} left${time}`],
    json: { code, secondsLeft, periodSeconds: totp.periodSeconds, nextCode },
  };
}
