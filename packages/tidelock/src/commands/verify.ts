import type { ConsecutiveCodes } from '@tidelock/otp';
import {
  codeOptionsOf,
  declareCodeOptions,
  readCounter,
  readSteps,
  readTime,
  readWhole,
} from '../command-line/code-options.ts';
import { askForCode } from '../command-line/ask-for-code.ts';
import { parseCodeSource, type CodeSource } from '../command-line/code-source.ts';
import type { DefinedCommand, Options } from '../command-line/define-command.ts';
import { judgeCode, judgeCodesInRow } from '../command-line/judge-codes.ts';
import { readArgument } from '../command-line/read-argument.ts';
import { UsageError } from '../command-line/shell.ts';

/** `tidelock verify` (S42): whether a code is right. It remembers nothing: the same code is right again. */
export const verifyCommand: DefinedCommand = {
  name: 'verify',
  summary: 'say whether a code is right; asks for one where none is given',
  examples: [
    'verify @2fa.txt',
    'verify @2fa.txt 482910',
    'verify @2fa.txt 482910 --window 0',
    'verify @2fa.txt 482910 --drift -120',
    'verify @2fa.txt 482910 106739 --resync --hours 12',
    'verify @token.txt 755224 --counter 0 --look-ahead 10',
    'verify @token.txt 755224 287082 --counter 0 --resync',
  ],
  declare(command) {
    command
      .argument('<secret|uri>', 'base32 or an otpauth URI, @FILE, or - for standard input')
      .argument('[code]', 'the code; asked for where left out')
      .argument('[second]', 'with --resync: the code after it')
      .argument('[third]', 'with --resync: one more, if you like')
      .option('--window <n>', 'steps either side of now, 0 to 10 (default: 1)', readWhole)
      .option('--drift <n>', 'steps that the other clock is ahead; negative when it is behind', readSteps)
      .option('--at <time>', 'as of another time: RFC 3339, or seconds since 1970', readTime)
      .option('--counter <n>', 'HOTP: the next counter', readCounter)
      .option(
        '--look-ahead <n>',
        'HOTP: how many counters after it are tried, 0 to 100 (default: 10); with --resync to 1000 (default: 100)',
        readWhole,
      )
      .option('--resync', 'find a clock or a counter that is far off, by two or three codes in a row')
      .option('--hours <n>', 'with --resync: how far a clock may be off, 1 to 24 (default: 1)', readWhole);
    declareCodeOptions(command);
  },
  async run(shell, [given, typed, ...later], options) {
    const codeOptions = codeOptionsOf(options);
    if (given === '-' && typed === undefined)
      throw new UsageError('The secret comes from standard input, so that the code must be an argument.');
    const source = parseCodeSource(await readArgument(given!, shell), codeOptions);
    assertFitting(source, options);
    const { at } = codeOptions;
    const { window, drift, lookAhead, hours } = options as Wanted;
    const more = later.filter((code) => code !== undefined);
    if (options['resync'] !== true) {
      if (more.length > 0) throw new UsageError('One code is verified at a time; several are for --resync.');
      const code = joined(typed ?? (await askForCode(shell)));
      return judgeCode(source, code, { window, drift, lookAhead, at });
    }
    if (typed === undefined || more.length === 0)
      throw new UsageError('--resync needs two or three codes that were shown one after the other.');
    const codes = [typed, ...more].map(joined) as unknown as ConsecutiveCodes;
    return judgeCodesInRow(source, codes, { hours, lookAhead, at });
  },
};

interface Wanted {
  readonly window?: number;
  readonly drift?: number;
  readonly lookAhead?: number;
  readonly hours?: number;
}

/** @throws UsageError for an option of the other kind of codes, or one that says nothing here */
function assertFitting(source: CodeSource, options: Options): void {
  const { window, drift, lookAhead, hours } = options as Wanted;
  const isHotp = source.kind === 'hotp';
  if (isHotp ? window !== undefined : lookAhead !== undefined)
    throw new UsageError('--window is for TOTP, and --look-ahead for HOTP.');
  if (isHotp && (drift !== undefined || hours !== undefined))
    throw new UsageError('--drift and --hours are for TOTP: a counter has no clock.');
  const isResync = options['resync'] === true;
  if (!isResync && hours !== undefined) throw new UsageError('--hours is for --resync.');
  if (isResync && (window !== undefined || drift !== undefined))
    throw new UsageError('--resync looks everywhere within --hours: leave --window and --drift out.');
}

/** People type what their app shows, in groups. */
function joined(code: string): string {
  return code.replaceAll(/\s/g, '');
}
