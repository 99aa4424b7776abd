import { generateBackupCodes, hashBytes } from './account/backup-codes.ts';
import type { Preparation, PreparationNeed } from './decisions/preparation.ts';
import type { Argon2Cost } from './ports/password-hash.ts';
import type { Platform } from './ports/platform.ts';
import { TidelockError } from './tidelock-error.ts';

/** How much slow work goes on and waits. */
export const preparerLimits = {
  /** Hashes at once: as many as Node's thread pool has threads, each with its 19 MiB. */
  hashesAtOnce: 4,
  /** Requests that may wait, over all accounts. */
  queueMax: 1_000,
  /** Of those, how many may be of one account: whoever has one password cannot fill the queue of all. */
  queueMaxOfAccount: 64,
} as const;

/** Does the slow part of a decision, outside every batch: bounded for the process, one at a time for an account. */
export interface Preparer {
  prepare(need: PreparationNeed): Promise<Preparation>;
  /** Runs `work` when no other work of this account is under way. @throws TidelockError `engine/overloaded` */
  alone<Result>(accountKey: string, work: () => Promise<Result>): Promise<Result>;
}

const encoder = new TextEncoder();
const saltBytes = 16;

export function createPreparer(
  platform: Pick<Platform, 'passwordHash' | 'random' | 'encode' | 'decode'>,
): Preparer {
  const lines = new Map<string, Line>();
  const hashing = createSemaphore(preparerLimits.hashesAtOnce);
  let waiting = 0;

  const hash = (code: string, salt: Uint8Array, cost: Argon2Cost) =>
    hashing(() => platform.passwordHash.hash({ message: encoder.encode(code), salt, cost }));

  return {
    async prepare(need) {
      if (need.kind === 'hash') {
        const { salt } = need;
        return { kind: 'hash', salt, hash: await hash(need.code, platform.decode(salt), need.cost) };
      }
      const { count, format, cost } = need;
      const saltOfSet = platform.random.bytes(saltBytes);
      const codes = generateBackupCodes(count, format, platform.random);
      const each = await Promise.all(codes.map((code) => hash(code, saltOfSet, cost)));
      const hashes = new Uint8Array(count * hashBytes);
      each.forEach((bytes, index) => hashes.set(bytes, index * hashBytes));
      return { kind: 'backupCodes', format, cost, salt: platform.encode(saltOfSet), codes, hashes };
    },

    async alone(accountKey, work) {
      const line = lines.get(accountKey) ?? { waiting: 0, last: Promise.resolve() };
      if (waiting >= preparerLimits.queueMax || line.waiting >= preparerLimits.queueMaxOfAccount) {
        throw new TidelockError('engine/overloaded', { retryAfterSeconds: 1 });
      }
      lines.set(accountKey, line);
      waiting += 1;
      line.waiting += 1;
      const turn = line.last.then(work, work);
      line.last = turn;
      try {
        return await turn;
      } finally {
        waiting -= 1;
        line.waiting -= 1;
        if (line.waiting === 0) lines.delete(accountKey);
      }
    },
  };
}

/** Who waits for one account: how many, and whose turn is the last. */
interface Line {
  waiting: number;
  last: Promise<unknown>;
}

/** Lets so many through at once; the others wait in order. */
function createSemaphore(places: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let free = places;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => queue.push(go));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
