import type { CommandArguments, RedisClient } from './client.ts';
import { ConnectionLost } from './store-fault.ts';

/** Commits that go together: beyond this, one step of the server grows longer without serving more. */
const batchMax = 256;

interface WaitingCommit extends PromiseWithResolvers<unknown> {
  readonly command: CommandArguments;
  isSent: boolean;
}

/** A commit on its way. */
export interface ReplicatedCommit {
  readonly answer: Promise<unknown>;
  /** Takes it back where it has not been sent yet, and says whether it could. */
  withdraw(): boolean;
}

/**
 * Commits of one server that are answered when replicas have them. WAIT is about all that its connection has written and lets
 * nothing else pass: so those of a moment are sent in one piece with one WAIT behind them, and the next ones gather meanwhile.
 * Where replicas are missing, few wait for them at the server, and the others can still be taken back.
 */
export class ReplicatedCommits {
  readonly #client: RedisClient;
  readonly #wait: (string | number)[];
  readonly #replicas: number;
  #queue: WaitingCommit[] = [];
  #isRunning = false;

  constructor(client: RedisClient, replicas: number, waitMs: number) {
    this.#client = client;
    this.#replicas = replicas;
    this.#wait = ['wait', replicas, waitMs];
  }

  add(command: CommandArguments): ReplicatedCommit {
    const commit: WaitingCommit = { ...Promise.withResolvers<unknown>(), command, isSent: false };
    this.#queue.push(commit);
    if (!this.#isRunning) void this.#run();
    return {
      answer: commit.promise,
      withdraw: () => {
        this.#queue = this.#queue.filter((other) => other !== commit);
        return !commit.isSent;
      },
    };
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    // Whoever else commits in this same turn of the loop comes along.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, batchMax);
      for (const commit of batch) commit.isSent = true;
      try {
        await this.#send(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isRunning = false;
  }

  async #send(batch: readonly WaitingCommit[]): Promise<void> {
    const commands = batch.map(({ command }) => [...command]);
    const answers = await this.#client.pipeline([...commands, this.#wait]).exec();
    const [waitError, count] = answers?.[batch.length] ?? [new Error('No answer came.')];
    const hasReplicas = waitError === null && Number(count) >= this.#replicas;
    for (const [index, { resolve, reject }] of batch.entries()) {
      const [error, answer] = answers?.[index] ?? [new ConnectionLost('No answer came.')];
      if (error !== null) reject(error);
      else if (hasReplicas) resolve(answer);
      // It is written, and may be lost with its server all the same.
      else reject(new ConnectionLost(`Not all of ${this.#replicas} replicas have it.`, { cause: waitError }));
    }
  }
}
