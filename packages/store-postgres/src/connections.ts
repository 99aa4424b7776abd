import { TidelockError } from '@tidelock/engine';
import type { PostgresClient, PostgresPool, Row } from './pool.ts';
import { ConnectionLost, faultOf, isRetriable, isUnclear } from './store-fault.ts';

const triesMax = 3;

/** A broken connection is told to whoever waits for its answer; unheard, the same event would end the process. */
function ignore(): void {}

/** Runs statements on connections of a pool, each within a limit of time that does not depend on the pool's settings. */
export class Connections {
  readonly #pool: PostgresPool;
  readonly #timeoutMs: number;

  constructor(pool: PostgresPool, timeoutSeconds: number) {
    this.#pool = pool;
    this.#timeoutMs = timeoutSeconds * 1_000;
  }

  /**
   * One statement, which is one transaction.
   *
   * @throws TidelockError `store/…`: nothing was written. {@link ConnectionLost} nobody can say.
   */
  async run(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    for (let tries = 1; ; tries++) {
      // What the server refused is handed out as a value: the connection is sound, and stays.
      const answer = await this.with((query) => query(text, values).catch(refusalOf));
      if (!(answer instanceof Refusal)) return answer;
      if (!isRetriable(answer.error) || tries >= triesMax) throw faultOf(answer.error);
    }
  }

  /** Several statements on one connection, which is closed where one of them fails. @throws as its work, or as {@link run}. */
  async with<Result>(
    work: (query: (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>) => Promise<Result>,
  ): Promise<Result> {
    const client = await this.#connect();
    client.on('error', ignore);
    let isSound = false;
    try {
      const result = await work((text, values = []) => this.#query(client, text, values));
      isSound = true;
      return result;
    } finally {
      // A closed connection still reports how it ended: only a sound one is let go of.
      if (isSound) client.removeListener('error', ignore);
      client.release(!isSound);
    }
  }

  async #query(client: PostgresClient, text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      const { rows } = await this.#inTime(client.query(text, [...values]));
      return rows;
    } catch (error) {
      if (!isUnclear(error)) throw error;
      throw new ConnectionLost(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  async #connect(): Promise<PostgresClient> {
    const connecting = this.#pool.connect();
    try {
      return await this.#inTime(connecting);
    } catch (error) {
      // One that comes too late goes back.
      connecting.then(
        (client) => client.release(),
        () => undefined,
      );
      // Nothing was sent yet.
      const fault = faultOf(error);
      if (fault.code !== 'store/refused') throw fault;
      throw new TidelockError('store/unavailable', { cause: error });
    }
  }

  async #inTime<Result>(promise: Promise<Result>): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new ConnectionLost(`No answer came within ${this.#timeoutMs / 1_000} s.`);
      timer = setTimeout(() => reject(error), this.#timeoutMs);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

class Refusal {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof ConnectionLost) throw error;
  return new Refusal(error);
}
