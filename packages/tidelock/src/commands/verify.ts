import type { Totp } from '@tidelock/otp';
import {
  codeOptionsOf,
  declareCodeOptions,
  readCounter,
  readTime,
  readWhole,
} from '../command-line/code-options.ts';
import { askForCode } from '../command-line/ask-for-code.ts';
import { parseCodeSource, type CodeSource } from '../command-line/code-source.ts';
import type { DefinedCommand } from '../command-line/define-command.ts';
import { readArgument } from '../command-line/read-argument.ts';
import { UsageError, type Report } from '../command-line/shell.ts';

/** `tidelock verify` (S42): whether a code is right. It remembers nothing: the same code is right again. */
export const verifyCommand: DefinedCommand = {
  name: 'verify',
  summary: 'say whether a code is right; asks for one where none is given',
  examples: [
    'verify @2fa.txt',
    'verify @2fa.txt 482910',
    'verify @2fa.txt 482910 --window 0',
    'verify @token.txt 755224 --counter 0 --look-ahead 10',
  ],
  declare(command) {
    command
      .argument('<secret|uri>', 'base32 or an otpauth URI, @FILE, or - for standard input')
      .argument('[code]', 'the code; asked for where left out')
      .option('--window <n>', 'steps either side of now, 0 to 10 (default: 1)', readWhole)
      .option('--at <time>', 'as of another time: RFC 3339, or seconds since 1970', readTime)
      .option('--counter <n>', 'HOTP: the next counter', readCounter)
      .option(
        '--look-ahead <n>',
        'HOTP: how many counters after it are tried, 0 to 100 (default: 10)',
        readWhole,
      );
    declareCodeOptions(command);
  },
  async run(shell, [given, typed], options) {
    const codeOptions = codeOptionsOf(options);
    const { window, lookAhead } = options as { window?: number; lookAhead?: number };
    if (given === '-' && typed === undefined)
      throw new UsageError('The secret comes from standard input, so that the code must be an argument.');
    const source = parseCodeSource(await readArgument(given!, shell), codeOptions);
    if (source.kind === 'hotp' ? window !== undefined : lookAhead !== undefined)
      throw new UsageError('--window is for TOTP, and --look-ahead for HOTP.');
    // People type what their app shows, in groups.
    const code = (typed ?? (await askForCode(shell))).replaceAll(/\s/g, '');
    return { ...judge(source, code, { window, lookAhead, at: codeOptions.at }) };
  },
};

interface Judging {
  readonly window: number | undefined;
  readonly lookAhead: number | undefined;
  readonly at: number | Date | undefined;
}

function judge(source: CodeSource, code: string, { window, lookAhead, at }: Judging): Report {
  const { remarks } = source;
  if (source.kind === 'hotp') {
    const match = source.hotp.verify(code, { counter: source.counter, lookAhead });
    if (match === null) return rejected(remarks);
    const nextCounter = typeof match.nextCounter === 'bigint' ? String(match.nextCounter) : match.nextCounter;
    const text = `accepted; the next counter is ${nextCounter}`;
    return { status: 0, text, remarks, json: { outcome: 'accepted', nextCounter } };
  }
  const time = at ?? Date.now() / 1000;
  const match = source.totp.verify(code, { window, at: time });
  if (match === null) return rejected([...remarks, ...driftRemark(source.totp, code, time)]);
  const { step, drift } = match;
  return { status: 0, text: 'accepted', remarks, json: { outcome: 'accepted', step, drift } };
}

function rejected(remarks: readonly string[]): Report {
  return { status: 1, text: 'rejected', remarks, json: { outcome: 'rejected' } };
}

const driftWindow = 10;

/** S28: a clock that is far off is the usual reason. Whoever calls has the secret, so that this tells nobody anything. */
function driftRemark(totp: Totp, code: string, at: number | Date): readonly string[] {
  const match = totp.verify(code, { at, window: driftWindow });
  if (match === null) return [];
  const seconds = Math.abs(match.drift) * totp.periodSeconds;
  return [
    `It is the code of about ${seconds} seconds ${match.drift > 0 ? 'from now' : 'ago'}: set the clocks by the network.`,
  ];
}
