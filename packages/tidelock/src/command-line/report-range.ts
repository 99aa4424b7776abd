import type { Hotp, Totp } from '@tidelock/otp';
import type { CodeSource } from './code-source.ts';
import type { Report } from './shell.ts';

interface Row {
  readonly code: string;
  /** When it is first shown, or its counter. */
  readonly place: string | number;
}

/** So many codes from a time or a counter on, one a line. @throws RangeError for too many */
export function reportRange(source: CodeSource, count: number, at: number | Date): Report {
  if (count === 0) throw new RangeError('--count is 1 at least.');
  const isTotp = source.kind === 'totp';
  const rows = isTotp
    ? rowsOfTime(source.totp, count, at)
    : rowsOfCounter(source.hotp, count, source.counter);
  return {
    status: 0,
    text: rows.map(({ code, place }) => `${code}  ${place}`).join('\n'),
    remarks: source.remarks,
    json: { codes: rows.map(({ code, place }) => ({ code, [isTotp ? 'from' : 'counter']: place })) },
  };
}

function rowsOfTime(totp: Totp, count: number, at: number | Date): Row[] {
  const first = totp.stepAt(at);
  return totp.generateRange({ first, count }).map((code, index) => {
    const from = new Date((first + index) * totp.periodSeconds * 1000);
    return { code, place: from.toISOString().replace('.000Z', 'Z') };
  });
}

function rowsOfCounter(hotp: Hotp, count: number, first: number | bigint): Row[] {
  return hotp.generateRange({ first, count }).map((code, index) => ({
    code,
    // JSON has no whole numbers over 2^53.
    place: typeof first === 'bigint' ? String(first + BigInt(index)) : first + index,
  }));
}
