import { TidelockError } from '@tidelock/engine';
import type { Connections } from './connections.ts';
import { keepMonths } from './event-months.ts';
import { migrate, migrations, versionOf } from './migrations.ts';
import type { Row } from './pool.ts';
import type { Statement } from './statement.ts';
import { ConnectionLost, faultOf } from './store-fault.ts';

/** The tables of a store: looked at when first needed, made by the first write. */
export class OpenTables {
  readonly #connections: Connections;
  readonly #schema: string;
  #isOpen = false;
  #opening: Promise<boolean> | null = null;

  constructor(connections: Connections, schema: string) {
    this.#connections = connections;
    this.#schema = schema;
  }

  /** A statement that only reads; without tables it finds nothing, and makes none. @throws TidelockError `store/…` */
  async read(statement: Statement): Promise<readonly Row[]> {
    return (await this.#ready(false)) ? this.#run(statement) : [];
  }

  /** A statement of which nobody needs to know whether it was carried out when it fails. @throws TidelockError `store/…` */
  async write(statement: Statement): Promise<readonly Row[]> {
    await this.#ready(true);
    return this.#run(statement);
  }

  /** @throws TidelockError `store/…`: nothing was written. ConnectionLost: nobody can say. */
  async commit(statement: Statement): Promise<readonly Row[]> {
    await this.#ready(true);
    return this.#connections.run(statement);
  }

  /** Sees to the tables of the log, as it is to be done once a day. @throws TidelockError `store/…` */
  async keepMonths(day: number): Promise<void> {
    try {
      await keepMonths(this.#connections, this.#schema, day);
    } catch (error) {
      throw beforeAnything(error);
    }
  }

  async #run(statement: Statement): Promise<readonly Row[]> {
    try {
      return await this.#connections.run(statement);
    } catch (error) {
      throw faultOf(error);
    }
  }

  async #ready(mayCreate: boolean): Promise<boolean> {
    // SECURITY: tables that were there and are gone are a fault. Made anew and empty, they would switch off the second factor
    // of everybody (design §3); `tables that are gone are not made anew` goes red without this line.
    if (this.#isOpen) return true;
    const opening = (this.#opening ??= this.#open());
    try {
      if (await opening) return true;
    } finally {
      if (this.#opening === opening) this.#opening = null;
    }
    if (mayCreate) await this.#migrate();
    return this.#isOpen;
  }

  async #open(): Promise<boolean> {
    try {
      const version = await versionOf(this.#connections, this.#schema);
      if (version === null) return false;
      if (version < migrations.length) await migrate(this.#connections, this.#schema);
      this.#isOpen = true;
      return true;
    } catch (error) {
      throw beforeAnything(error);
    }
  }

  async #migrate(): Promise<void> {
    try {
      await migrate(this.#connections, this.#schema);
      this.#isOpen = true;
    } catch (error) {
      throw beforeAnything(error);
    }
  }
}

/** What breaks while the tables are opened has carried out nothing of a commit. */
function beforeAnything(error: unknown): TidelockError {
  if (!(error instanceof ConnectionLost)) return faultOf(error);
  return new TidelockError('store/unavailable', { detail: error.message, cause: error });
}
