import type { Algorithm } from './algorithm.ts';
import { makeCodeKey, type CodeKey } from './code-key.ts';
import { assertCounter } from './counter.ts';
import { toEpochSeconds, type Instant } from './instant.ts';
import { formatKeyUri } from './key-uri.ts';
import type { KeyUriNaming } from './key-uri-fields.ts';
import { limits, totpDefaults, windowDefault } from './limits.ts';
import { assertDigits, assertOptions, assertWhole } from './options.ts';
import { toSecret, type Secret, type SecretLike } from './secret.ts';
import { codeOf, findCode, parseCode } from './truncate.ts';

export interface TotpOptions {
  /** Default SHA1, the one that every app reads. */
  readonly algorithm?: Algorithm | undefined;
  /** 6 to 8, default 6. */
  readonly digits?: number | undefined;
  /** 15 to 300, default 30. */
  readonly periodSeconds?: number | undefined;
  /** Where the first step begins, in seconds since 1970 (T0 of RFC 6238 §4.1); default 0. No URI can carry another. */
  readonly t0?: number | undefined;
}

/** How many steps before and after the present one are looked at, 0 to 10 each. */
export type TotpWindow = number | { readonly past: number; readonly future: number };

export interface TotpVerifyOptions<Step extends number | bigint = number> {
  /** Default: now. */
  readonly at?: Instant | undefined;
  /** Default 1 either side. 0 is the strict profile. */
  readonly window?: TotpWindow | undefined;
  /** The last step that was accepted: nothing at or before it is accepted again. A bigint makes the answer's step one. */
  readonly after?: Step | undefined;
}

/** A code was right. Keep `step`, and give it as `after` the next time, so that no code is accepted twice. */
export interface TotpMatch<Step extends number | bigint = number> {
  readonly step: Step;
  /** The steps that the other clock is ahead of ours; negative when it is behind. */
  readonly drift: number;
}

const optionNames: readonly string[] = ['algorithm', 'digits', 'periodSeconds', 't0'];
const verifyOptionNames: readonly string[] = ['at', 'window', 'after'];
const noVerifyOptions: TotpVerifyOptions = Object.freeze({});

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
  readonly #key: CodeKey;
  /** Text as it came, since reading it again for a URI is rare; anything else copied. */
  readonly #secret: Secret | string;

  /** @throws OtpError for a secret that cannot be read; TypeError, RangeError for wrong options or a key that is no option */
  constructor(secret: SecretLike, options: TotpOptions = totpDefaults) {
    if (options !== totpDefaults) assertOptions(options, optionNames, 'Totp');
    // Only `undefined` means the default: null, out of some JSON, is a mistake.
    const { algorithm = totpDefaults.algorithm, digits = totpDefaults.digits } = options;
    const { periodSeconds = totpDefaults.periodSeconds, t0 = totpDefaults.t0 } = options;
    this.algorithm = algorithm;
    this.digits = digits;
    this.periodSeconds = periodSeconds;
    this.t0 = t0;
    if (options !== totpDefaults) {
      assertDigits(this.digits);
      assertWhole(this.periodSeconds, 'periodSeconds', limits.periodSecondsMin, limits.periodSecondsMax);
      assertWhole(this.t0, 't0', 0, limits.epochSecondsMax);
    }
    this.#secret = typeof secret === 'string' ? secret : toSecret(secret);
    this.#key = makeCodeKey(this.#secret, this.algorithm, this.digits);
  }

  /**
   * The code of a moment, a string of exactly `digits` digits (RFC 6238 §4.2).
   *
   * @throws TypeError, RangeError for an `at` that is no time, or is before `t0`
   */
  generate(options: { readonly at?: Instant | undefined } = {}): string {
    assertOptions(options, ['at'], 'Totp.generate');
    const step = this.stepAt(options.at);
    return codeOf(this.#key, highOf(step), step | 0);
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
    assertOptions(options, verifyOptionNames, 'Totp.verify');
    const { after, window = windowDefault } = options;
    const past = windowSide(window, 'past');
    const future = windowSide(window, 'future');
    const present = this.stepAt(options.at);
    if (after !== undefined) assertCounter(after, 'after');
    const value = parseCode(code, this.digits);
    if (value < 0) return null;
    const first = Math.max(0, present - past);
    const count = present + future - first + 1;
    const spentIndex = after === undefined ? -1 : Math.max(-1, Math.min(count, Number(after) - first));
    const range = { high: highOf(first), low: first | 0, count, spentIndex, preferLast: -1 } as const;
    const index = findCode(this.#key, value, range);
    if (index < 0) return null;
    const step = first + index;
    return { step: typeof after === 'bigint' ? BigInt(step) : step, drift: step - present };
  }

  /** The number of whole periods since `t0` (T of RFC 6238 §4.2). Default: now. @throws TypeError, RangeError */
  stepAt(at?: Instant): number {
    return Math.floor(this.#elapsed(at) / this.periodSeconds);
  }

  /** For how many seconds the code of this moment stays: 1 to `periodSeconds`, rounded up. @throws TypeError, RangeError */
  secondsLeft(options: { readonly at?: Instant | undefined } = {}): number {
    assertOptions(options, ['at'], 'Totp.secondsLeft');
    return Math.ceil(this.periodSeconds - (this.#elapsed(options.at) % this.periodSeconds));
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

  #elapsed(at: Instant | undefined): number {
    const elapsed = (at === undefined ? Date.now() / 1000 : toEpochSeconds(at)) - this.t0;
    if (elapsed < 0) throw new RangeError('at must not be before t0.');
    return elapsed;
  }
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

/** The upper half of a step; the lower one is `step | 0`. */
function highOf(step: number): number {
  return Math.floor(step / 0x100000000);
}
