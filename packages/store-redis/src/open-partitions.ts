import type { CommandArguments } from './client.ts';
import { beforeAnything, type Connections } from './connections.ts';
import type { KeyNames } from './keys.ts';
import { loadScript } from './read-scripts.ts';
import type { Script } from './script.ts';
import { ConnectionLost, faultOf, goneFault, isUnclear, withoutCommand } from './store-fault.ts';
import { StoreMark } from './store-mark.ts';

/** Fields of one hash. */
export interface FieldGroup {
  readonly key: string;
  readonly fields: readonly string[];
}

/** Carries out what is to be done in partitions, where their store is there. */
export class OpenPartitions {
  readonly #connections: Connections;
  readonly #mark: StoreMark;

  constructor(connections: Connections, names: KeyNames) {
    this.#connections = connections;
    this.#mark = new StoreMark(connections, names);
  }

  /**
   * Some fields of each hash, all of which have the mark, one after the other; null where there is no store, of which none is made.
   *
   * @throws TidelockError `store/…`
   */
  async load(groups: readonly FieldGroup[]): Promise<readonly (string | null)[] | null> {
    const mark = await this.#mark.find();
    if (mark === null) return null;
    try {
      if (groups.length === 1) return await this.#loadOne(groups[0]!, mark);
      const keys = groups.map(({ key }) => key);
      const values = groups.flatMap(({ fields }) => [fields.length, ...fields]);
      return (await this.#connections.run(loadScript, keys, [mark, ...values])) as (string | null)[];
    } catch (error) {
      throw beforeAnything(error);
    }
  }

  /** Without a script, which is less work for the server. */
  async #loadOne({ key, fields }: FieldGroup, mark: string): Promise<readonly (string | null)[]> {
    const answer = await this.#connections.call('hmget', [key, 'mark', ...fields]);
    const [stored, ...values] = answer as (string | null)[];
    // SECURITY: as in every script: see `script.ts`.
    if (stored !== mark) throw goneFault();
    return values;
  }

  /**
   * A script of which nobody needs to know whether it was carried out when it fails; null where there is no store, of which
   * none is made. @throws TidelockError `store/…`
   */
  async run(script: Script, keys: readonly string[], values: CommandArguments): Promise<unknown> {
    const mark = await this.#mark.find();
    if (mark === null) return null;
    try {
      return await this.#connections.run(script, keys, [mark, ...values]);
    } catch (error) {
      throw beforeAnything(error);
    }
  }

  /** @throws TidelockError `store/…`: nothing was written. ConnectionLost: nobody can say. */
  async commit(script: Script, keys: readonly string[], values: CommandArguments): Promise<unknown> {
    const mark = await this.#mark.make();
    try {
      return await this.#connections.commit(script, keys, [mark, ...values]);
    } catch (error) {
      if (error instanceof ConnectionLost) throw error;
      if (!isUnclear(error)) throw faultOf(error);
      const message = error instanceof Error ? error.message : String(error);
      throw new ConnectionLost(message, { cause: withoutCommand(error) });
    }
  }
}
