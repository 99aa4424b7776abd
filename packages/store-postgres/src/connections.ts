import { TidelockError } from '@tidelock/engine';
import type { PostgresClient, PostgresNotice, PostgresPool, Row } from './pool.ts';
import type { Statement } from './statement.ts';
import {
  ConnectionLost,
  faultOf,
  isNameLost,
  isReadOnly,
  isRetriable,
  isUnclear,
  isWarning,
} from './store-fault.ts';

const triesMax = 3;

/** A broken connection is told to whoever waits for its answer; unheard, the same event would end the process. */
function ignore(): void {}

/** Sends one statement, and gives its rows. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

export interface ConnectionsOptions {
  readonly timeoutSeconds: number;
  /** Whether statements that have a name are prepared under it. */
  readonly preparedStatements: boolean;
}

/** Runs statements on connections of a pool, each within a limit of time that does not depend on the pool's settings. */
export class Connections {
  readonly #pool: PostgresPool;
  readonly #timeoutMs: number;
  #prepares: boolean;

  constructor(pool: PostgresPool, { timeoutSeconds, preparedStatements }: ConnectionsOptions) {
    this.#pool = pool;
    this.#timeoutMs = timeoutSeconds * 1_000;
    this.#prepares = preparedStatements;
  }

  /**
   * One statement, which is one transaction.
   *
   * @throws TidelockError `store/…`: nothing was written. {@link ConnectionLost} nobody can say.
   */
  async run(statement: Statement): Promise<readonly Row[]> {
    for (let tries = 1; ; tries++) {
      const client = await this.#connect();
      const { name, text, values } = statement;
      const isPrepared = name !== undefined && this.#prepares;
      const query = isPrepared ? { name, text, values } : { text, values };
      // What the server refused is handed out as a value: the connection is sound, and stays.
      const answer = await this.#use(client, () => this.#query(client, query).catch(refusalOf));
      if (!(answer instanceof Refusal)) return answer;
      const { error } = answer;
      if (isNameLost(error) && isPrepared) {
        // A pooler between us and the server hands connections on and knows no names: then without, from now on.
        this.#prepares = false;
        continue;
      }
      if (!isRetriable(error) || tries >= triesMax) throw faultOf(error);
    }
  }

  /** Several statements on one connection, which is closed where one of them fails. @throws as its work, or as {@link run}. */
  async with<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
    const client = await this.#connect();
    return this.#use(client, () => work((text, values = []) => this.#query(client, { text, values })));
  }

  async #use<Result>(client: PostgresClient, work: () => Promise<Result>): Promise<Result> {
    client.on('error', ignore);
    let isSound = false;
    try {
      const result = await work();
      // A server that takes no writes any longer has handed its part to another one: look for that one next time.
      isSound = !(result instanceof Refusal && isReadOnly(result.error));
      return result;
    } finally {
      // A closed connection still reports how it ended: only a sound one is let go of.
      if (isSound) client.removeListener('error', ignore);
      client.release(!isSound);
    }
  }

  async #query(client: PostgresClient, query: Statement): Promise<readonly Row[]> {
    const warnings: string[] = [];
    const onNotice = ({ code, message }: PostgresNotice): void => {
      if (isWarning(code)) warnings.push(message ?? '');
    };
    client.on('notice', onNotice);
    try {
      const { rows } = await this.#inTime(client.query({ ...query, values: [...query.values] }));
      // SECURITY: where the waiting for a standby is cancelled, PostgreSQL answers as ever and only warns: what was committed is
      // on one server alone, and dies with it (`a commit that stopped waiting for its standby`).
      if (warnings.length > 0) throw new ConnectionLost(warnings.join(' '));
      return rows;
    } catch (error) {
      if (error instanceof ConnectionLost || !isUnclear(error)) throw error;
      throw new ConnectionLost(error instanceof Error ? error.message : String(error), { cause: error });
    } finally {
      client.removeListener('notice', onNotice);
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
      const giveUp = (): void =>
        reject(new ConnectionLost(`No answer came within ${this.#timeoutMs / 1_000} s.`));
      timer = setTimeout(giveUp, this.#timeoutMs);
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
