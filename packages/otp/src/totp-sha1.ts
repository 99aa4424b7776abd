import { decodeBase32Words } from './base32.ts';
import type { CodeKey } from './code-key.ts';
import { highOf } from './counter.ts';
import { keyBlock, takeKeyBlock } from './hash/hmac.ts';
import { sha1 } from './hash/sha1.ts';
import { assertWhole } from './options.ts';
import { codeOf, findCode, parseCode } from './truncate.ts';

export interface TotpOptions {
  /** 6 to 8, default 6. */
  readonly digits?: number | undefined;
  /** 15 to 300, default 30. */
  readonly periodSeconds?: number | undefined;
}

export interface TotpVerifyOptions {
  /** Seconds since 1970; default: now. */
  readonly at?: number | undefined;
  /** Steps either side, 0 to 10; default 1. */
  readonly window?: number | undefined;
  /** The last step that was accepted: nothing at or before it is accepted again. */
  readonly after?: number | undefined;
}

/** A code was right. Keep `step`, and give it as `after` the next time, so that no code is accepted twice. */
export interface TotpMatch {
  readonly step: number;
  /** The steps that the other clock is ahead of ours; negative when it is behind. */
  readonly drift: number;
}

/** The year 5138: what is larger is a count of milliseconds. */
const secondsMax = 1e11;

/**
 * `Totp` for pages that count their kilobytes: SHA-1, base32 text of up to 64 bytes, times in seconds. What it has is called, and
 * answers, as in `@tidelock/otp`, and is computed by the same code.
 *
 * @example
 * const totp = new Totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
 * totp.generate({ at: 59 }); // '287082'
 * totp.verify('287082', { at: 61 }); // { step: 1, drift: -1 }
 */
export class Totp {
  readonly digits: number;
  readonly periodSeconds: number;
  readonly #key: CodeKey;

  /** Case, blanks, dashes and padding of the secret do not matter. @throws TypeError, RangeError */
  constructor(secret: string, options: TotpOptions = {}) {
    assertKnown(options, ['digits', 'periodSeconds']);
    const { digits = 6, periodSeconds = 30 } = options;
    assertWhole(digits, 'digits', 6, 8);
    assertWhole(periodSeconds, 'periodSeconds', 15, 300);
    this.digits = digits;
    this.periodSeconds = periodSeconds;
    const bytes = decodeBase32Words(secret.replace(/[\s-]|=+$/g, ''), keyBlock(sha1));
    // Before the check, since this wipes the block too, all of it.
    const states = takeKeyBlock(sha1, 64, new Int32Array(10));
    if (bytes < 1) throw new RangeError('secret must be 1 to 64 bytes of base32.');
    this.#key = { hash: sha1, states, digits };
  }

  /** The code of a moment, a string of exactly `digits` digits (RFC 6238 §4.2). @throws TypeError, RangeError */
  generate(options: { readonly at?: number | undefined } = {}): string {
    assertKnown(options, ['at']);
    const step = this.stepAt(options.at);
    return codeOf(this.#key, highOf(step), step | 0);
  }

  /**
   * Which step of the window has this code, or null; all of them are computed and compared (OTP-16), and the later of two counts.
   *
   * @throws TypeError, RangeError for wrong options, never for a code
   */
  verify(code: string, options: TotpVerifyOptions = {}): TotpMatch | null {
    assertKnown(options, ['at', 'window', 'after']);
    const { at, window = 1, after = -1 } = options;
    assertWhole(window, 'window', 0, 10);
    assertWhole(after, 'after', -1, Number.MAX_SAFE_INTEGER);
    const present = this.stepAt(at);
    const value = parseCode(code, this.digits);
    if (value < 0) return null;
    const first = Math.max(0, present - window);
    const count = present + window - first + 1;
    const spentIndex = after < first ? -1 : Math.min(count, after - first);
    const index = findCode(this.#key, value, {
      high: highOf(first),
      low: first | 0,
      count,
      spentIndex,
      preferLast: -1,
    });
    return index < 0 ? null : { step: first + index, drift: first + index - present };
  }

  /** The number of whole periods since 1970 (T of RFC 6238 §4.2). Default: now. @throws TypeError, RangeError */
  stepAt(at: number = Date.now() / 1000): number {
    assertWhole(Math.floor(at), 'at', 0, secondsMax);
    return Math.floor(at / this.periodSeconds);
  }
}

/** A misspelt option must not pass in silence, here either. */
function assertKnown(options: object, known: readonly string[]): void {
  for (const key in options)
    if (!known.includes(key)) throw new TypeError(`${key} must be one of ${known.join()}.`);
}
