import type { CommandArguments } from './client.ts';
import { beforeAnything, type Connections } from './connections.ts';
import type { KeyNames } from './keys.ts';
import type { Script } from './script.ts';
import { ConnectionLost, faultOf, goneFault, isUnclear, withoutCommand } from './store-fault.ts';
import { StoreMark } from './store-mark.ts';

/** Carries out what is to be done in one partition, where its store is there. */
export class OpenPartitions {
  readonly #connections: Connections;
  readonly #mark: StoreMark;

  constructor(connections: Connections, names: KeyNames) {
    this.#connections = connections;
    this.#mark = new StoreMark(connections, names);
  }

  /** Some fields of a hash that has the mark, or null where there is no store, of which none is made. @throws TidelockError `store/…` */
  async load(key: string, fields: readonly string[]): Promise<readonly (string | null)[] | null> {
    const mark = await this.#mark.find();
    if (mark === null) return null;
    try {
      const answer = await this.#connections.call('hmget', [key, 'mark', ...fields]);
      const [stored, ...values] = answer as (string | null)[];
      // SECURITY: as in every script: see `script.ts`.
      if (stored !== mark) throw goneFault();
      return values;
    } catch (error) {
      throw beforeAnything(error);
    }
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
