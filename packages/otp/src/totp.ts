import { hashOf, type Algorithm } from './algorithm.ts';
import { keepStates, type CodeKey } from './code-key.ts';
import { assertCounter, highOf } from './counter.ts';
import { generateCode } from './generate-code.ts';
import type { Instant } from './instant.ts';
import { formatKeyUri } from './key-uri.ts';
import type { KeyUriNaming } from './key-uri-fields.ts';
import { driftHoursDefault, limits, totpDefaults } from './limits.ts';
import { assertOptions, assertWhole } from './options.ts';
import { findCodes, parseCodes, type ConsecutiveCodes } from './resynchronise.ts';
import { secretBytes, toSecret, type Secret, type SecretLike } from './secret.ts';
import {
  assertTiming,
  noVerifyOptions,
  secondsLeftAt,
  spentIndexOf,
  stepAt,
  stepsOfHours,
  timingOf,
  verifyStep,
  type TotpMatch,
  type TotpTimingOptions,
  type TotpVerifyOptions,
} from './totp-steps.ts';
import { eachCandidate, formatCode } from './truncate.ts';

export interface TotpOptions extends TotpTimingOptions {
  /** Default SHA1, the one that every app reads. */
  readonly algorithm?: Algorithm | undefined;
}

export interface TotpResynchroniseOptions<Step extends number | bigint = number> {
  /** Default: now. */
  readonly at?: Instant | undefined;
  /** How far the other clock may be off, either way: 1 to 24, default 1. */
  readonly hours?: number | undefined;
  /** The last step that was accepted: nothing at or before it is accepted again. A bigint makes the answer's step one. */
  readonly after?: Step | undefined;
}

const optionNames: readonly string[] = ['algorithm', 'digits', 'periodSeconds', 't0'];
const momentNames: readonly string[] = ['at'];

/**
 * Time-based one-time passwords (RFC 6238). The secret goes through HMAC's first blocks once, here: an instance that is kept
 * verifies faster than one that is made anew.
 *
 * @example
 * const totp = new Totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
 * totp.generate({ at: 59 }); // '287082'
 * totp.verify('287082', { at: 61 }); // { step: 1, drift: -1 }
 */
export class Totp {
  readonly algorithm: Algorithm;
  readonly digits: number;
  readonly periodSeconds: number;
  readonly t0: number;
  /** Made ready by HMAC's first blocks: as secret as the secret. */
  readonly #states: ArrayLike<number>;
  /** Text as it came, since reading it again for a URI is rare; anything else copied. */
  readonly #secret: Secret | string;

  /** @throws OtpError for a secret that cannot be read; TypeError, RangeError for wrong options or a key that is no option */
  constructor(secret: SecretLike, options: TotpOptions = totpDefaults) {
    const { algorithm = totpDefaults.algorithm } = options;
    const { digits, periodSeconds, t0 } = timingOf(options);
    this.algorithm = algorithm;
    this.digits = digits;
    this.periodSeconds = periodSeconds;
    this.t0 = t0;
    if (options !== totpDefaults) {
      assertOptions(options, optionNames, 'Totp');
      assertTiming(this);
    }
    this.#secret = typeof secret === 'string' ? secret : toSecret(secret);
    this.#states = keepStates(this.#secret, hashOf(algorithm), secretBytes);
  }

  /**
   * The code of a moment, a string of exactly `digits` digits (RFC 6238 §4.2).
   *
   * @throws TypeError, RangeError for an `at` that is no time, or is before `t0`
   */
  generate(options: { readonly at?: Instant | undefined } = {}): string {
    assertOptions(options, momentNames, 'Totp.generate');
    return this.#codeOf(stepAt(this, options.at));
  }

  /**
   * The code that comes after that of a moment: for somebody who has too little time left to type the present one.
   *
   * @throws TypeError, RangeError for an `at` that is no time, or is before `t0`
   */
  generateNext(options: { readonly at?: Instant | undefined } = {}): string {
    assertOptions(options, momentNames, 'Totp.generateNext');
    return this.#codeOf(stepAt(this, options.at) + 1);
  }

  /**
   * The codes of `count` steps from step `first` on, 10,000 at most. A step comes from {@link Totp.stepAt}.
   *
   * @throws TypeError, RangeError
   */
  generateRange(range: { readonly first: number; readonly count: number }): string[] {
    assertOptions(range, ['first', 'count'], 'Totp.generateRange');
    const { first, count } = range;
    assertWhole(first, 'first', 0, Number.MAX_SAFE_INTEGER - limits.rangeCodesMax);
    assertWhole(count, 'count', 0, limits.rangeCodesMax);
    const codes: string[] = [];
    eachCandidate(this.#key, { high: highOf(first), low: first | 0, count }, (value) => {
      codes.push(formatCode(value, this.digits));
    });
    return codes;
  }

  /**
   * Which step of the window has this code, or null. What is not exactly `digits` ASCII digits is null without any hashing.
   *
   * All codes of the window are computed and compared in constant time (OTP-16). When two steps have the same code, the later
   * one counts, so that the code is spent for both (OTP-08).
   *
   * @throws TypeError, RangeError for wrong options, never for a code
   * @see RFC 6238 §5.2, §6
   */
  verify(code: string, options?: TotpVerifyOptions): TotpMatch | null;
  verify(code: string, options: TotpVerifyOptions<bigint>): TotpMatch<bigint> | null;
  verify(code: string, options: TotpVerifyOptions<number | bigint>): TotpMatch<number | bigint> | null;
  verify(
    code: string,
    options: TotpVerifyOptions<number | bigint> = noVerifyOptions,
  ): TotpMatch<number | bigint> | null {
    try {
      return verifyStep(this.#key, this, code, options);
    } finally {
    }
  }

  /**
   * Finds out how far a clock is off, from two (or three) codes that it showed one after the other, or null. The match is of the
   * last code: keep its `step` as `after` and its `drift` for the `drift` of `verify`. Null too where the codes fit in two places.
   *
   * Ask for it after a login with another factor, and count it as an attempt: it looks at 240 steps and more, not at three.
   *
   * @throws TypeError, RangeError for wrong options, never for a code
   * @see RFC 6238 §6
   */
  resynchronise(codes: ConsecutiveCodes, options?: TotpResynchroniseOptions): TotpMatch | null;
  resynchronise(codes: ConsecutiveCodes, options: TotpResynchroniseOptions<bigint>): TotpMatch<bigint> | null;
  resynchronise(
    codes: ConsecutiveCodes,
    options: TotpResynchroniseOptions<number | bigint>,
  ): TotpMatch<number | bigint> | null;
  resynchronise(
    codes: ConsecutiveCodes,
    options: TotpResynchroniseOptions<number | bigint> = {},
  ): TotpMatch<number | bigint> | null {
    assertOptions(options, ['at', 'hours', 'after'], 'Totp.resynchronise');
    const { hours = driftHoursDefault, after } = options;
    assertWhole(hours, 'hours', 1, limits.driftHoursMax);
    if (after !== undefined) assertCounter(after, 'after');
    const present = stepAt(this, options.at);
    const values = parseCodes(codes, this.digits);
    if (values === null) return null;
    const reach = stepsOfHours(this, hours);
    const first = Math.max(0, present - reach);
    const count = present + reach - first + values.length;
    const range = { high: highOf(first), low: first | 0, count };
    const index = findCodes(this.#key, values, range, spentIndexOf(after, first, count));
    if (index < 0) return null;
    const step = first + index + values.length - 1;
    return { step: typeof after === 'bigint' ? BigInt(step) : step, drift: first + index - present };
  }

  /** The number of whole periods since `t0` (T of RFC 6238 §4.2). Default: now. @throws TypeError, RangeError */
  stepAt(at?: Instant): number {
    return stepAt(this, at);
  }

  /** For how many seconds the code of this moment stays: 1 to `periodSeconds`, rounded up. @throws TypeError, RangeError */
  secondsLeft(options: { readonly at?: Instant | undefined } = {}): number {
    assertOptions(options, momentNames, 'Totp.secondsLeft');
    return secondsLeftAt(this, options.at);
  }

  /**
   * The `otpauth://` URI that an authenticator app scans. It holds the secret: show it once, to its owner, and log it nowhere.
   *
   * @throws OtpError `otp/invalid-name`, `otp/weak-secret`; RangeError where `t0` is not 0, which no URI can say
   */
  uri(names: KeyUriNaming): string {
    if (this.t0 !== 0) throw new RangeError('A URI cannot carry t0: only a Totp with t0 = 0 has one.');
    const { algorithm, digits, periodSeconds } = this;
    return formatKeyUri(
      { type: 'totp', secret: toSecret(this.#secret), algorithm, digits, periodSeconds },
      names,
    );
  }

  #codeOf(step: number): string {
    return generateCode(this.#key, highOf(step), step | 0);
  }

  get #key(): CodeKey {
    return { hash: hashOf(this.algorithm), states: this.#states, digits: this.digits };
  }
}
