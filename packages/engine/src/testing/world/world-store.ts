import type { AccountId } from '../../account/account-id.ts';
import type { AccountChange, AccountStore, CommitResult } from '../../ports/account-store.ts';
import { TidelockError } from '../../tidelock-error.ts';
import { memoryStore } from '../memory-store.ts';
import { overrideStore } from '../override-store.ts';
import type { SeededGenerator } from './seeded-generator.ts';
import type { WorldScheduler } from './world-scheduler.ts';

/** How well the store does at present: chances from 0 to 1, for each operation. */
export interface Weather {
  readonly failure: number;
  readonly unknown: number;
  readonly conflict: number;
  readonly slow: number;
}

export const calm: Weather = Object.freeze({ failure: 0, unknown: 0, conflict: 0, slow: 0 });

/** What was sent to the store is carried out at most so many seconds later, or never: even where nobody waits for it any more. */
export const lateSecondsMax = 45;

const slowSecondsMax = 20;

/** Wraps what a process waits for: it does nothing once that process is dead. */
export type WhileAlive = (run: () => void) => () => void;

/** One store for all processes of a world: slow, failing, and silent about what became of a commit, as its seed will have it. */
export class WorldStore {
  readonly base: AccountStore = memoryStore();
  weather: Weather = calm;
  /** Told of every change that was carried out, in their order. */
  onCommitted: (change: AccountChange) => void = () => undefined;
  /** Told of every message that the store has let go of. */
  onSettled: (id: string) => void = () => undefined;
  /** How many commits of an account were answered by `unknown`, for each process. */
  onUnknown: (change: AccountChange, process: string) => void = () => undefined;
  readonly #scheduler: WorldScheduler;
  readonly #generator: SeededGenerator;

  constructor(scheduler: WorldScheduler, generator: SeededGenerator) {
    this.#scheduler = scheduler;
    this.#generator = generator;
  }

  /** The store as one process sees it. */
  viewOf(process: string, whileAlive: WhileAlive): AccountStore {
    const { base } = this;
    return overrideStore(base, {
      load: (ids) => this.#ask(whileAlive, () => base.load(ids)),
      commit: (changes) => this.#commit(changes, process, whileAlive),
      partitionOf: ({ account }: AccountId) => (account.codePointAt(0) ?? 0) % 2,
      claimMessages: (limit, lease, now) =>
        this.#ask(whileAlive, () => base.claimMessages(limit, lease, now)),
      settleMessages: (results) =>
        this.#ask(whileAlive, async () => {
          await base.settleMessages(results);
          for (const { id, outcome } of results) if (outcome === 'settled') this.onSettled(id);
        }),
      close: async () => undefined,
    });
  }

  #latency(): number {
    const generator = this.#generator;
    return generator.chance(this.weather.slow)
      ? generator.between(0.5, slowSecondsMax)
      : generator.between(0.001, 0.05);
  }

  /** A failure says that nothing was changed. */
  #fault(): Error {
    return this.#generator.chance(0.7)
      ? new TidelockError('store/unavailable', { retryAfterSeconds: 1 })
      : new Error('The connection broke.');
  }

  /** Done at one moment and answered at another: what was loaded may be old when it arrives. */
  #ask<Answer>(whileAlive: WhileAlive, work: () => Promise<Answer>): Promise<Answer> {
    const fails = this.#generator.chance(this.weather.failure);
    const [there, back] = [this.#latency(), this.#latency()];
    return new Promise((resolve, reject) => {
      const answer = (run: () => void): void => this.#scheduler.after(back, whileAlive(run));
      this.#scheduler.after(
        there,
        whileAlive(() => {
          if (fails) return answer(() => reject(this.#fault()));
          void work().then(
            (value) => answer(() => resolve(value)),
            (error: Error) => answer(() => reject(error)),
          );
        }),
      );
    });
  }

  #commit(
    changes: readonly AccountChange[],
    process: string,
    whileAlive: WhileAlive,
  ): Promise<readonly CommitResult[]> {
    const fails = this.#generator.chance(this.weather.failure);
    const outlives = this.#generator.chance(0.5);
    const [there, back] = [this.#latency(), this.#latency()];
    let waits = false;
    let answer: (() => void) | null = null;
    return new Promise((resolve, reject) => {
      const ifWaited = whileAlive(() => (waits = true));
      // Of the life that asked: a server that came back meanwhile must not go on with what the dead one had begun.
      const ifAlive = whileAlive(() => answer?.());
      const carryOut = async (): Promise<void> => {
        ifWaited();
        // A process may be dead by now: what it has sent is on its way all the same, or is not.
        if (!waits && !outlives) return;
        if (fails) answer = () => reject(this.#fault());
        else {
          const results: CommitResult[] = [];
          for (const change of changes) results.push(await this.#carryOut(change, waits ? process : null));
          answer = () => resolve(results);
        }
        this.#scheduler.after(back, ifAlive);
      };
      this.#scheduler.after(there, () => void carryOut());
    });
  }

  async #carryOut(change: AccountChange, process: string | null): Promise<CommitResult> {
    const generator = this.#generator;
    const { conflict, unknown } = this.weather;
    if (generator.chance(conflict)) return 'conflict';
    if (generator.chance(unknown)) {
      const fate = generator.below(3);
      if (fate === 0) await this.#commitNow(change);
      if (fate === 1) this.#scheduler.after(generator.between(0.01, 20), () => void this.#commitNow(change));
      // Nobody hears it of a commit that outlived its process: the one that came after it has asked nothing yet.
      if (process !== null) this.onUnknown(change, process);
      return 'unknown';
    }
    return this.#commitNow(change);
  }

  async #commitNow(change: AccountChange): Promise<CommitResult> {
    const [result] = await this.base.commit([change]);
    if (result === 'committed') this.#scheduler.guard(() => this.onCommitted(change));
    return result!;
  }
}
