import { randomBytes } from 'node:crypto';
import type { Budget, RateLimiter } from '@tidelock/engine';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { flexibleLimiter } from './flexible-limiter.ts';

export interface MemoryLimiterOptions {
  /** How many keys of one budget are counted at a time: 100,000 where left out, some 30 MB. */
  readonly keysMax?: number;
}

const keysMaxDefault = 100_000;

/**
 * Counts in this process. SECURITY: E1, another process counts for itself: it is for one process, and a restart forgets.
 *
 * @throws RangeError when `keysMax` is no whole number of 1 or more.
 * @example
 * const pages = createPages({ tidelock, gate, users, brand: 'Acme', limiter: memoryLimiter() });
 */
export function memoryLimiter({ keysMax = keysMaxDefault }: MemoryLimiterOptions = {}): RateLimiter {
  if (!Number.isInteger(keysMax) || keysMax < 1)
    throw new RangeError('keysMax is a whole number of 1 or more.');
  return flexibleLimiter({
    secret: randomBytes(32).toString('base64url'),
    open: ({ name, points, seconds }: Budget) =>
      new BoundedMemory({ keyPrefix: name, points, duration: seconds }, keysMax),
  });
}

/**
 * Forgets the key that came first where there are too many. Whoever fills it with keys of theirs, addresses or mailboxes, has spent
 * more on each than the one that is forgotten gains.
 */
class BoundedMemory extends RateLimiterMemory {
  readonly #keysMax: number;
  readonly #keys = new Set<string>();

  constructor(options: ConstructorParameters<typeof RateLimiterMemory>[0], keysMax: number) {
    super(options);
    this.#keysMax = keysMax;
  }

  override async consume(key: string): ReturnType<RateLimiterMemory['consume']> {
    if (!this.#keys.has(key)) {
      if (this.#keys.size >= this.#keysMax) await this.#forgetFirst();
      this.#keys.add(key);
    }
    return super.consume(key);
  }

  async #forgetFirst(): Promise<void> {
    for (const first of this.#keys) {
      this.#keys.delete(first);
      await this.delete(first);
      return;
    }
  }
}
