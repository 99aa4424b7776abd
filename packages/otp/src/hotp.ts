import { hashOf, type Algorithm } from './algorithm.ts';
import { codeStates, type CodeKey } from './code-key.ts';
import { assertCounter, countersFrom, splitCounter } from './counter.ts';
import { generateCode } from './generate-code.ts';
import { formatKeyUri } from './key-uri.ts';
import type { KeyUriNaming } from './key-uri-fields.ts';
import { limits, lookAheadDefault, resyncLookAheadDefault, totpDefaults } from './limits.ts';
import { assertDigits, assertOptions, assertWhole } from './options.ts';
import { findCodes, parseCodes, type ConsecutiveCodes } from './resynchronise.ts';
import { secretBytes, toSecret, type Secret, type SecretLike } from './secret.ts';
import { eachCandidate, findCode, formatCode, parseCode } from './truncate.ts';

export interface HotpOptions {
  /** Default SHA1, the only one of RFC 4226. */
  readonly algorithm?: Algorithm | undefined;
  /** 6 to 8, default 6. */
  readonly digits?: number | undefined;
}

export interface HotpVerifyOptions<Counter extends number | bigint = number> {
  /** The next counter that is expected, as it was stored. */
  readonly counter: Counter;
  /** How many counters after it are looked at too, 0 to 100; default 10. */
  readonly lookAhead?: number | undefined;
}

export interface HotpResynchroniseOptions<Counter extends number | bigint = number> {
  /** The next counter that is expected, as it was stored. */
  readonly counter: Counter;
  /** How many counters after it the first code may be at, 0 to 1000; default 100. */
  readonly lookAhead?: number | undefined;
}

/** A code was right. Store `nextCounter`, and nothing in any other case (RFC 4226 §7.2). */
export interface HotpMatch<Counter extends number | bigint = number> {
  readonly counter: Counter;
  /** One past the match. After the last counter there is none: it is then refused by the next call. */
  readonly nextCounter: Counter;
}

/**
 * Counter-based one-time passwords (RFC 4226). Counters are numbers to 2^53 - 1 or bigints to 2^64 - 1; a bigint is answered
 * with bigints.
 *
 * @example
 * const hotp = new Hotp(Secret.fromText('12345678901234567890'));
 * hotp.generate(0); // '755224'
 * hotp.verify('287082', { counter: 0 }); // { counter: 1, nextCounter: 2 }
 */
export class Hotp {
  readonly algorithm: Algorithm;
  readonly digits: number;
  /** Made ready by HMAC's first blocks: as secret as the secret. */
  readonly #states: Int32Array;
  /** Text as it came, since reading it again for a URI is rare; anything else copied. */
  readonly #secret: Secret | string;

  /** @throws OtpError for a secret that cannot be read; TypeError, RangeError for wrong options or a key that is no option */
  constructor(secret: SecretLike, options: HotpOptions = {}) {
    assertOptions(options, ['algorithm', 'digits'], 'Hotp');
    const { algorithm = totpDefaults.algorithm, digits = totpDefaults.digits } = options;
    this.algorithm = algorithm;
    this.digits = digits;
    assertDigits(this.digits);
    this.#secret = typeof secret === 'string' ? secret : toSecret(secret);
    this.#states = codeStates(this.#secret, hashOf(algorithm), secretBytes);
  }

  /** The code of a counter, a string of exactly `digits` digits (RFC 4226 §5.3). @throws TypeError, RangeError */
  generate(counter: number | bigint): string {
    assertCounter(counter, 'counter');
    const { high, low } = splitCounter(counter);
    return generateCode(this.#key, high, low);
  }

  /**
   * Which counter, from the expected one on, has this code, or null. What is not exactly `digits` ASCII digits is null without
   * any hashing. Counters before the expected one are never looked at.
   *
   * All codes of the range are computed and compared in constant time (OTP-16). When two counters have the same code, the
   * nearer one counts: the device is there, and skipping ahead of it would lock it out.
   *
   * @throws TypeError, RangeError for wrong options, never for a code
   * @see RFC 4226 §7.2, §7.4
   */
  verify(code: string, options: HotpVerifyOptions): HotpMatch | null;
  verify(code: string, options: HotpVerifyOptions<bigint>): HotpMatch<bigint> | null;
  verify(code: string, options: HotpVerifyOptions<number | bigint>): HotpMatch<number | bigint> | null;
  verify(code: string, options: HotpVerifyOptions<number | bigint>): HotpMatch<number | bigint> | null {
    assertOptions(options, ['counter', 'lookAhead'], 'Hotp.verify');
    const { counter, lookAhead = lookAheadDefault } = options;
    assertCounter(counter, 'counter');
    assertWhole(lookAhead, 'lookAhead', 0, limits.lookAheadMax);
    const value = parseCode(code, this.digits);
    if (value < 0) return null;
    const { high, low } = splitCounter(counter);
    const count = countersFrom(counter, lookAhead + 1);
    const index = findCode(this.#key, value, { high, low, count, spentIndex: -1, preferLast: 0 });
    if (index < 0) return null;
    return matchAt(counter, index);
  }

  /**
   * Finds a device that has run ahead, by two or three codes that it showed one after the other, or null. The match is of the last
   * code: store its `nextCounter`. Null too where the codes fit in two places.
   *
   * All codes of the range are computed and compared in constant time. Count it as an attempt: it looks at a hundred counters.
   *
   * @throws TypeError, RangeError for wrong options, never for a code
   * @see RFC 4226 §7.4, appendix E.4
   */
  resynchronise(codes: ConsecutiveCodes, options: HotpResynchroniseOptions): HotpMatch | null;
  resynchronise(codes: ConsecutiveCodes, options: HotpResynchroniseOptions<bigint>): HotpMatch<bigint> | null;
  resynchronise(
    codes: ConsecutiveCodes,
    options: HotpResynchroniseOptions<number | bigint>,
  ): HotpMatch<number | bigint> | null;
  resynchronise(
    codes: ConsecutiveCodes,
    options: HotpResynchroniseOptions<number | bigint>,
  ): HotpMatch<number | bigint> | null {
    assertOptions(options, ['counter', 'lookAhead'], 'Hotp.resynchronise');
    const { counter, lookAhead = resyncLookAheadDefault } = options;
    assertCounter(counter, 'counter');
    assertWhole(lookAhead, 'lookAhead', 0, limits.resyncLookAheadMax);
    const values = parseCodes(codes, this.digits);
    if (values === null) return null;
    const count = countersFrom(counter, lookAhead + values.length);
    const index = findCodes(this.#key, values, { ...splitCounter(counter), count }, -1);
    return index < 0 ? null : matchAt(counter, index + values.length - 1);
  }

  /**
   * The codes of `count` counters from `first` on, 10,000 at most; fewer where the counters end.
   *
   * @throws TypeError, RangeError
   */
  generateRange(range: { readonly first: number | bigint; readonly count: number }): string[] {
    assertOptions(range, ['first', 'count'], 'Hotp.generateRange');
    assertCounter(range.first, 'first');
    assertWhole(range.count, 'count', 0, limits.rangeCodesMax);
    const codes: string[] = [];
    const run = { ...splitCounter(range.first), count: countersFrom(range.first, range.count) };
    eachCandidate(this.#key, run, (value) => {
      codes.push(formatCode(value, this.digits));
    });
    return codes;
  }

  /**
   * The `otpauth://` URI that an authenticator app scans, with the counter that it starts at (default 0). It holds the secret.
   *
   * @throws OtpError `otp/invalid-name`, `otp/weak-secret`; TypeError, RangeError for a counter that is none
   */
  uri(options: KeyUriNaming & { readonly counter?: number | bigint | undefined }): string {
    const { counter = 0, ...names } = options;
    const { algorithm, digits } = this;
    return formatKeyUri({ type: 'hotp', secret: toSecret(this.#secret), algorithm, digits, counter }, names);
  }

  get #key(): CodeKey {
    return { hash: hashOf(this.algorithm), states: this.#states, digits: this.digits };
  }
}

function matchAt(counter: number | bigint, index: number): HotpMatch<number | bigint> {
  if (typeof counter === 'number') return { counter: counter + index, nextCounter: counter + index + 1 };
  const match = counter + BigInt(index);
  return { counter: match, nextCounter: match + 1n };
}
