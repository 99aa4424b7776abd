import { randomUUID } from 'node:crypto';
import { TidelockError } from '@tidelock/engine';
import { beforeAnything, type Connections } from './connections.ts';
import type { KeyNames } from './keys.ts';
import { partitions } from './partition.ts';
import {
  allKeysOf,
  finishScript,
  foreignAdvice,
  foreignMark,
  format,
  lookScript,
  markScript,
  parseRoot,
  rootText,
  type PartitionLook,
  type RootMark,
} from './partition-mark.ts';

/** Whether a store is there and whose it is: looked at when first needed, made by the first write. */
export class StoreMark {
  readonly #connections: Connections;
  readonly #names: KeyNames;
  #mark: string | null = null;
  #opening: Promise<string | null> | null = null;

  constructor(connections: Connections, names: KeyNames) {
    this.#connections = connections;
    this.#names = names;
  }

  /** The mark of every partition; null where there is no store. @throws TidelockError `store/…` */
  async find(): Promise<string | null> {
    // SECURITY: partitions that were there and are gone are a fault, and so scripts ask for the mark. Made anew and empty, they
    // would switch off the second factor of everybody (design §3); `data that is gone is not made anew` goes red without it.
    if (this.#mark !== null) return this.#mark;
    const opening = (this.#opening ??= this.#open());
    try {
      return await opening;
    } catch (error) {
      throw beforeAnything(error);
    } finally {
      if (this.#opening === opening) this.#opening = null;
    }
  }

  /** The mark of every partition, which are made where there is no store. @throws TidelockError `store/…` */
  async make(): Promise<string> {
    const mark = await this.find();
    if (mark !== null) return mark;
    try {
      this.#mark = await this.#make();
      return this.#mark;
    } catch (error) {
      throw beforeAnything(error);
    }
  }

  async #open(): Promise<string | null> {
    const found = await this.#survey();
    // While somebody makes a store, its last partitions may come between the look at them and the look at its root.
    const again = found instanceof TidelockError ? await this.#survey() : found;
    if (again instanceof TidelockError) throw again;
    this.#mark = again;
    return again;
  }

  /** The mark of all partitions, null where there is no store, or what is wrong with it. @throws TidelockError `store/…` */
  async #survey(): Promise<string | null | TidelockError> {
    const looks = await Promise.all(partitions.map((partition) => this.#look(partition)));
    // Read last: whoever begins a store writes its root first.
    const root = await this.#root();
    const foreign = looks.findIndex(({ mark }) => mark === foreignMark);
    // Where a store is, it is the accounts of that partition that are gone. Under another prefix nobody would have a second factor.
    const isStore = root !== null || looks.some(({ mark }) => mark !== '' && mark !== foreignMark);
    if (foreign !== -1 && isStore) return partlyGone(`The accounts of partition ${foreign} are not there`);
    if (foreign !== -1) return new TidelockError('store/not-a-database', { detail: foreignAdvice });
    const stray = looks.findIndex(({ mark }) => mark !== '' && mark !== root?.mark);
    if (stray !== -1) return partlyGone(`Partition ${stray} is of a store that is not there`);
    const gone = looks.findIndex(({ mark }) => mark === '');
    if (gone === -1) return looks[0]!.mark;
    // Where one is missing, the store was never whole, or is no longer.
    const wasWhole = root?.isWhole === true || looks.some(({ fields }) => fields > 1);
    return wasWhole ? partlyGone(`Partition ${gone} of the store is not there`) : null;
  }

  async #root(): Promise<RootMark | null> {
    const text = await this.#connections.call('get', [this.#names.root]);
    return typeof text === 'string' ? parseRoot(text) : null;
  }

  async #make(): Promise<string> {
    const begun: RootMark = { mark: `${format} ${randomUUID()}`, isWhole: false };
    await this.#connections.call('set', [this.#names.root, rootText(begun), 'NX']);
    // Somebody else may have begun, or ended: then it is theirs that counts.
    const root = (await this.#root()) ?? begun;
    if (root.isWhole) return root.mark;
    for (const mark of await Promise.all(partitions.map((partition) => this.#markOne(partition, root.mark))))
      if (mark !== root.mark) throw partlyGone('A partition is of another store');
    const finished = { ...root, isWhole: true };
    await this.#connections.commit(finishScript, [this.#names.root], [rootText(root), rootText(finished)]);
    return root.mark;
  }

  async #look(partition: number): Promise<PartitionLook> {
    const [mark, fields] = (await this.#connections.run(
      lookScript,
      allKeysOf(this.#names, partition),
      [],
    )) as [string, number];
    return { mark, fields };
  }

  async #markOne(partition: number, mark: string): Promise<string> {
    return String(await this.#connections.commit(markScript, allKeysOf(this.#names, partition), [mark]));
  }
}

function partlyGone(what: string): TidelockError {
  return new TidelockError('store/unavailable', {
    detail: `${what}: bring the data back, or name an empty database. Nothing was changed.`,
  });
}
