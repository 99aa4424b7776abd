import { secondsAt } from './clock.ts';
import type { CodeKey } from './code-key.ts';
import { assertCounter, highOf } from './counter.ts';
import type { Instant } from './instant.ts';
import { limits, totpDefaults, windowDefault } from './limits.ts';
import { assertDigits, assertOptions, assertWhole } from './options.ts';
import { findCode, parseCode } from './truncate.ts';

/** What makes a step of a time, and a code of a number. */
export interface TotpTimingOptions {
  /** 6 to 8, default 6. */
  readonly digits?: number | undefined;
  /** 15 to 300, default 30. */
  readonly periodSeconds?: number | undefined;
  /** Where the first step begins, in seconds since 1970 (T0 of RFC 6238 §4.1); default 0. No URI can carry another. */
  readonly t0?: number | undefined;
}

export type TotpTiming = Readonly<Record<keyof TotpTimingOptions, number>>;

/** How many steps before and after the present one are looked at, 0 to 10 each. */
export type TotpWindow = number | { readonly past: number; readonly future: number };

export interface TotpVerifyOptions<Step extends number | bigint = number> {
  /** Default: now. */
  readonly at?: Instant | undefined;
  /** Default 1 either side. 0 is the strict profile. */
  readonly window?: TotpWindow | undefined;
  /** The last step that was accepted: nothing at or before it is accepted again. A bigint makes the answer's step one. */
  readonly after?: Step | undefined;
  /** By how many steps the other clock is known to be ahead, within a day; default 0. The window is laid around it (RFC 6238 §6). */
  readonly drift?: number | undefined;
}

/** A code was right. Keep `step`, and give it as `after` the next time, so that no code is accepted twice. */
export interface TotpMatch<Step extends number | bigint = number> {
  readonly step: Step;
  /** The steps that the other clock is ahead of ours; negative when it is behind. */
  readonly drift: number;
}

const verifyOptionNames: readonly string[] = ['at', 'window', 'after', 'drift'];
export const noVerifyOptions: TotpVerifyOptions = /* @__PURE__ */ Object.freeze({});

/** @throws TypeError, RangeError */
export function assertTiming({ digits, periodSeconds, t0 }: TotpTiming): void {
  assertDigits(digits);
  assertWhole(periodSeconds, 'periodSeconds', limits.periodSecondsMin, limits.periodSecondsMax);
  assertWhole(t0, 't0', 0, limits.epochSecondsMax);
}

/** The defaults for what is not given; only `undefined` is not given: null, out of some JSON, is a mistake. */
export function timingOf(options: TotpTimingOptions): TotpTiming {
  const {
    digits = totpDefaults.digits,
    periodSeconds = totpDefaults.periodSeconds,
    t0 = totpDefaults.t0,
  } = options;
  return { digits, periodSeconds, t0 };
}

function elapsedAt({ t0 }: TotpTiming, at: Instant | undefined): number {
  const elapsed = secondsAt(at) - t0;
  if (elapsed < 0) throw new RangeError('at must not be before t0.');
  return elapsed;
}

/** The number of whole periods since `t0` (T of RFC 6238 §4.2). */
export function stepAt(timing: TotpTiming, at: Instant | undefined): number {
  return Math.floor(elapsedAt(timing, at) / timing.periodSeconds);
}

export function secondsLeftAt(timing: TotpTiming, at: Instant | undefined): number {
  return Math.ceil(timing.periodSeconds - (elapsedAt(timing, at) % timing.periodSeconds));
}

/** What every `verify` of a time-based code does, whatever holds its key. */
export function verifyStep(
  key: CodeKey,
  timing: TotpTiming,
  code: string,
  options: TotpVerifyOptions<number | bigint>,
): TotpMatch<number | bigint> | null {
  assertOptions(options, verifyOptionNames, 'verify');
  const { after, window = windowDefault, drift = 0 } = options;
  const past = windowSide(window, 'past');
  const future = windowSide(window, 'future');
  const present = stepAt(timing, options.at);
  const driftMax = stepsOfHours(timing, limits.driftHoursMax);
  if (drift !== 0) assertWhole(drift, 'drift', -driftMax, driftMax);
  if (after !== undefined) assertCounter(after, 'after');
  const value = parseCode(code, key.digits);
  if (value < 0) return null;
  const first = Math.max(0, present + drift - past);
  const count = Math.max(0, present + drift + future - first + 1);
  const range = {
    high: highOf(first),
    low: first | 0,
    count,
    spentIndex: spentIndexOf(after, first, count),
    preferLast: -1,
  } as const;
  const index = findCode(key, value, range);
  if (index < 0) return null;
  const step = first + index;
  return { step: typeof after === 'bigint' ? BigInt(step) : step, drift: step - present };
}

/** Which candidates of a range are spent: those up to this index. */
export function spentIndexOf(after: number | bigint | undefined, first: number, count: number): number {
  return after === undefined ? -1 : Math.max(-1, Math.min(count, Number(after) - first));
}

export function stepsOfHours({ periodSeconds }: TotpTiming, hours: number): number {
  return Math.floor((hours * 3600) / periodSeconds);
}

function windowSide(window: TotpWindow, side: 'past' | 'future'): number {
  if (typeof window === 'number') {
    assertWhole(window, 'window', 0, limits.windowMax);
    return window;
  }
  assertOptions(window, ['past', 'future'], 'window');
  assertWhole(window[side], `window.${side}`, 0, limits.windowMax);
  return window[side];
}
