import { hashOf, type Algorithm } from './algorithm.ts';
import { codeStates, type CodeKey } from './code-key.ts';
import { highOf } from './counter.ts';
import { generateCode } from './generate-code.ts';
import type { Instant } from './instant.ts';
import { limits, totpDefaults } from './limits.ts';
import { assertOptions, assertWhole } from './options.ts';
import { secretBytes, toSecret, type SecretLike } from './secret.ts';
import type { TotpOptions } from './totp.ts';
import {
  assertTiming,
  noVerifyOptions,
  secondsLeftAt,
  stepAt,
  timingOf,
  verifyStep,
  type TotpMatch,
  type TotpVerifyOptions,
} from './totp-steps.ts';

export interface TotpTableOptions extends TotpOptions {
  /** For how many secrets there is room, 1 to 10,000,000. It is taken at once and never grows. */
  readonly capacity: number;
}

const optionNames: readonly string[] = ['capacity', 'algorithm', 'digits', 'periodSeconds', 't0'];

/**
 * Many secrets made ready in one typed array: 40 bytes each with SHA-1, 64 with SHA-256, 128 with SHA-512, where a `Totp` each would be
 * objects of some hundred bytes for the garbage collector to visit. Which index is whose secret, the caller knows.
 *
 * It holds no URI and no base32: a secret cannot be read out of it again. Its contents are as secret as the secrets all the same.
 *
 * @example
 * const table = new TotpTable({ capacity: 1000 });
 * table.set(7, 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
 * table.verify(7, '287082', { at: 61 }); // { step: 1, drift: -1 }
 */
export class TotpTable {
  readonly capacity: number;
  readonly algorithm: Algorithm;
  readonly digits: number;
  readonly periodSeconds: number;
  readonly t0: number;
  readonly #words: Int32Array;
  /** The states of the secret that is asked for, in a room of their own: what computes a code expects them at its beginning. */
  readonly #key: CodeKey & { readonly states: Int32Array };

  /** @throws TypeError, RangeError */
  constructor(options: TotpTableOptions) {
    assertOptions(options, optionNames, 'TotpTable');
    const { capacity, algorithm = totpDefaults.algorithm } = options;
    assertWhole(capacity, 'capacity', 1, limits.tableSecretsMax);
    const { digits, periodSeconds, t0 } = timingOf(options);
    this.capacity = capacity;
    this.algorithm = algorithm;
    this.digits = digits;
    this.periodSeconds = periodSeconds;
    this.t0 = t0;
    assertTiming(this);
    const hash = hashOf(algorithm);
    this.#words = new Int32Array(capacity * hash.stateWords * 2);
    this.#key = { hash, states: new Int32Array(hash.stateWords * 2), digits };
  }

  /** Puts a secret at an index, in the place of the one that was there. @throws OtpError as `new Totp`; TypeError, RangeError */
  set(index: number, secret: SecretLike): void {
    this.#assertIndex(index);
    const source = typeof secret === 'string' ? secret : toSecret(secret);
    const states = codeStates(source, this.#key.hash, secretBytes);
    this.#words.set(states, index * states.length);
    states.fill(0);
  }

  /** Whether a secret stands at the index. @throws TypeError, RangeError */
  has(index: number): boolean {
    this.#assertIndex(index);
    const length = this.#key.states.length;
    // States are digests: all of their words are zero for no secret that anybody will meet.
    return this.#words.subarray(index * length, (index + 1) * length).some((word) => word !== 0);
  }

  /** Wipes the secret at an index. @throws TypeError, RangeError */
  delete(index: number): void {
    this.#assertIndex(index);
    const length = this.#key.states.length;
    this.#words.fill(0, index * length, (index + 1) * length);
  }

  /** As `Totp.generate`, of the secret at an index. @throws RangeError also where none stands there; TypeError */
  generate(index: number, options: { readonly at?: Instant | undefined } = {}): string {
    assertOptions(options, ['at'], 'TotpTable.generate');
    const step = stepAt(this, options.at);
    this.#open(index);
    const code = generateCode(this.#key, highOf(step), step | 0);
    this.#key.states.fill(0);
    return code;
  }

  /** As `Totp.verify`, of the secret at an index. @throws RangeError also where none stands there; TypeError */
  verify(index: number, code: string, options?: TotpVerifyOptions): TotpMatch | null;
  verify(index: number, code: string, options: TotpVerifyOptions<bigint>): TotpMatch<bigint> | null;
  verify(
    index: number,
    code: string,
    options: TotpVerifyOptions<number | bigint> = noVerifyOptions,
  ): TotpMatch<number | bigint> | null {
    this.#open(index);
    const match = verifyStep(this.#key, this, code, options);
    this.#key.states.fill(0);
    return match;
  }

  /** As `Totp.stepAt`. @throws TypeError, RangeError */
  stepAt(at?: Instant): number {
    return stepAt(this, at);
  }

  /** As `Totp.secondsLeft`. @throws TypeError, RangeError */
  secondsLeft(options: { readonly at?: Instant | undefined } = {}): number {
    assertOptions(options, ['at'], 'TotpTable.secondsLeft');
    return secondsLeftAt(this, options.at);
  }

  /** SECURITY: an index without a secret refuses: states of zeros would give codes that everybody can compute (`totp-table.test.ts`). */
  #open(index: number): void {
    this.#assertIndex(index);
    const { states } = this.#key;
    const first = index * states.length;
    let seen = 0;
    for (let word = 0; word < states.length; word++) {
      const value = this.#words[first + word]!;
      states[word] = value;
      seen |= value;
    }
    if (seen === 0) throw new RangeError(`No secret stands at index ${index} of the table.`);
  }

  #assertIndex(index: number): void {
    assertWhole(index, 'index', 0, this.capacity - 1);
  }
}
