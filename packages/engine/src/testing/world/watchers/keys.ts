import type { AccountChange, AccountStore } from '../../../ports/account-store.ts';
import { WorldViolation, type Act, type Watcher } from '../act.ts';

/** C17, rule 8: what was sealed opens as long as its store lives, and a key that was retired seals nothing any more. */
export class Keys implements Watcher {
  readonly #store: AccountStore;
  readonly #retired = new Set<string>();

  constructor(store: AccountStore) {
    this.#store = store;
  }

  saw(act: Act): void {
    if (act.answer.kind !== 'fault') return;
    if (/^(?:vault|keys)\/|record-unreadable/.test(act.answer.code))
      throw new WorldViolation('C17', 'what this store has sealed did not open', act);
  }

  committed({ record, messages }: AccountChange): void {
    for (const key of this.#retired)
      for (const text of [record ?? '', ...messages.map(({ payload }) => payload)])
        this.#assertFree(key, text);
  }

  /** A rotation has said that these keys may be dropped. @throws WorldViolation */
  async retire(keys: readonly string[], now: number): Promise<void> {
    const texts: string[] = [];
    const { items: tenants } = await this.#store.listTenants({ limit: 1000 });
    for (const tenant of tenants) {
      const { items } = await this.#store.listAccounts({ tenant, limit: 1000 });
      for (const stored of await this.#store.load(items.map(({ id }) => id)))
        texts.push(stored?.record ?? '');
    }
    const { items: messages } = await this.#store.listMessages({ limit: 1000 });
    for (const { payload, expiresAt } of messages) if (expiresAt > now + 10) texts.push(payload);
    for (const key of keys) {
      this.#retired.add(key);
      for (const text of texts) this.#assertFree(key, text);
    }
  }

  #assertFree(key: string, text: string): void {
    // The name of a key stands in its store for ever; what it sealed does not.
    if (new RegExp(`(?:^|")1\\.${key}\\.`).test(text))
      throw new WorldViolation(
        'C17',
        `the key "${key}" was retired and still seals something`,
        text.slice(0, 900),
      );
  }
}
