import type { ConsecutiveCodes, Totp } from '@tidelock/otp';
import type { CodeSource } from './code-source.ts';
import type { Report } from './shell.ts';

export interface Judging {
  readonly window: number | undefined;
  /** Steps that the other clock is known to be ahead. */
  readonly drift: number | undefined;
  readonly lookAhead: number | undefined;
  readonly at: number | Date | undefined;
}

/** Whether one code is right. @throws RangeError */
export function judgeCode(source: CodeSource, code: string, judging: Judging): Report {
  const { remarks } = source;
  const { window, drift, lookAhead, at = Date.now() / 1000 } = judging;
  if (source.kind === 'hotp') {
    const match = source.hotp.verify(code, { counter: source.counter, lookAhead });
    return match === null ? rejected(remarks) : acceptedUpTo(match.nextCounter, remarks);
  }
  const match = source.totp.verify(code, { window, drift, at });
  if (match === null) return rejected([...remarks, ...driftRemark(source.totp, code, at)]);
  return { status: 0, text: 'accepted', remarks, json: { outcome: 'accepted', ...match } };
}

export interface Resynchronising {
  readonly hours: number | undefined;
  readonly lookAhead: number | undefined;
  readonly at: number | Date | undefined;
}

/** Where two or three codes in a row stand: what a clock is off, or the counter of a device that ran ahead. @throws RangeError */
export function judgeCodesInRow(source: CodeSource, codes: ConsecutiveCodes, given: Resynchronising): Report {
  const { remarks } = source;
  if (source.kind === 'hotp') {
    const match = source.hotp.resynchronise(codes, { counter: source.counter, lookAhead: given.lookAhead });
    return match === null ? rejected(remarks) : acceptedUpTo(match.nextCounter, remarks);
  }
  const match = source.totp.resynchronise(codes, { hours: given.hours, at: given.at });
  if (match === null) return rejected(remarks);
  const { drift } = match;
  const seconds = Math.abs(drift) * source.totp.periodSeconds;
  const text =
    drift === 0
      ? 'accepted; the other clock is right'
      : `accepted; the other clock is ${seconds} seconds ${drift > 0 ? 'ahead' : 'behind'}: --drift ${drift}`;
  return { status: 0, text, remarks, json: { outcome: 'accepted', ...match } };
}

function acceptedUpTo(next: number | bigint, remarks: readonly string[]): Report {
  // JSON has no whole numbers over 2^53.
  const nextCounter = typeof next === 'bigint' ? String(next) : next;
  const text = `accepted; the next counter is ${nextCounter}`;
  return { status: 0, text, remarks, json: { outcome: 'accepted', nextCounter } };
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
