import { reservedTenant } from '../../../account/account-id.ts';
import { accountCodec } from '../../../account/account-record.ts';
import type { Account } from '../../../account/account.ts';
import type { Factor } from '../../../account/factor.ts';
import type { AccountChange, AccountStore } from '../../../ports/account-store.ts';
import type { SealedFor, Vault } from '../../../vault.ts';
import { WorldViolation, valueOf, type Act, type Watcher } from '../act.ts';
import type { Ledger } from '../ledger.ts';
import { bytesOfBase32 } from '../own-codes.ts';

const statusRank = { pending: 0, active: 1, disabled: 2 } as const;
/** What takes a factor off, whoever did it. */
const removals: ReadonlySet<string> = new Set([
  'factor-revoked',
  'reset-completed',
  'recovery-completed',
  'account-erased',
  // What was decided in the batch of an erasure has lost its name.
  'erased',
]);
/** So many commits go by between two looks for secrets in what was written. */
const lookEvery = 8;

/** Rules 1, 4, 5, 6 and 8, as far as what is written can show them: what moves forward, what is sealed, and what stands nowhere. */
export class Records implements Watcher {
  readonly #ledger: Ledger;
  readonly #store: AccountStore;
  readonly #vault: Vault;
  readonly #last = new Map<string, Account>();
  readonly #spellings = new Map<string, readonly string[]>();
  readonly #nonces = new Map<string, string>();
  #commits = 0;

  constructor(ledger: Ledger, store: AccountStore, vault: Vault) {
    this.#ledger = ledger;
    this.#store = store;
    this.#vault = vault;
  }

  committed(change: AccountChange): void {
    const { id, record, events, messages } = change;
    const name = `${id.tenant}/${id.account}`;
    if (record === null || id.tenant === reservedTenant) return;
    const now = accountCodec.decode(record);
    const before = this.#last.get(name);
    this.#last.set(name, now);
    if (before !== undefined) this.#compare(id, before, now, events);
    this.#commits += 1;
    if (this.#commits % lookEvery !== 0) return;
    this.#assertNoSecret('what was written', JSON.stringify([record, events, messages]));
    for (const text of [record ?? '', ...messages.map(({ payload }) => payload)]) this.#assertNonces(text);
  }

  saw(act: Act): void {
    if (act.call === 'enroll') {
      const made = valueOf(act);
      if (made === null) return;
      const isKnown = [...this.#ledger.factors.values()].some(({ secret }) => secret === made.secret);
      if (isKnown || made.secret === act.request.secret)
        throw new WorldViolation('rule 5', 'a secret was not made by the server, or was made twice', act);
      return;
    }
    this.#assertNoSecret('an answer', JSON.stringify(act.answer));
  }

  async atEnd(): Promise<void> {
    for (const [name, account] of this.#last) {
      const [tenant = '', id = ''] = name.split('/');
      for (const factor of account.factors) this.#assertSealedHere({ tenant, account: id }, factor);
      const events: unknown[] = [];
      for await (const event of this.#store.readEvents({ tenant, account: id, limit: 1000 }))
        events.push(event);
      this.#assertNoSecret(`the record and the log of ${name}`, JSON.stringify([account, events]));
    }
  }

  /** Rule 8: at its own place it is the secret that was shown, anywhere else it does not open. */
  #assertSealedHere(id: SealedFor['id'], { id: holder, sealedSecret }: Factor): void {
    const place: SealedFor = { id, holder, purpose: 'secret' };
    const opened = this.#vault.open(sealedSecret, place);
    const known = this.#ledger.factors.get(holder);
    const isRight =
      opened.outcome === 'opened' &&
      (known === undefined || Buffer.from(opened.plaintext).equals(Buffer.from(bytesOfBase32(known.secret))));
    if (!isRight)
      throw new WorldViolation('rule 8', 'a secret does not open at its own place', { place, opened });
    const elsewhere: readonly SealedFor[] = [
      { ...place, id: { ...id, tenant: `${id.tenant}x` } },
      { ...place, id: { ...id, account: 'mallory' } },
      { ...place, holder: 'fct_other' },
      { ...place, purpose: 'backup-codes' },
    ];
    for (const other of elsewhere)
      if (this.#vault.open(sealedSecret, other).outcome === 'opened')
        throw new WorldViolation('rule 8', 'a secret opens at another place', other);
  }

  /** CRYP-02: no two texts were sealed with one nonce. */
  #assertNonces(text: string): void {
    for (const [sealed, nonce = ''] of text.matchAll(/\b(1\.\w+\.[\w-]{16})[\w-]{22,}/g)) {
      const known = this.#nonces.get(nonce);
      if (known !== undefined && known !== sealed)
        throw new WorldViolation('rule 8', 'two texts were sealed with one nonce', { sealed, known });
      this.#nonces.set(nonce, sealed);
    }
  }

  #compare(id: SealedFor['id'], before: Account, now: Account, events: AccountChange['events']): void {
    const isRemoval = events.some(({ kind }) => removals.has(kind));
    for (const known of before.factors) {
      const factor = now.factors.find((kept) => kept.id === known.id);
      if (factor === undefined) {
        if (known.status !== 'pending' && !isRemoval)
          throw new WorldViolation('rule 6', 'an active factor is gone, and nobody took it off', {
            known,
            events,
          });
        continue;
      }
      if (statusRank[factor.status] < statusRank[known.status] || !this.#isSameSecret(id, factor, known))
        throw new WorldViolation('rule 6', 'a factor became pending again, or got another secret', {
          known,
          factor,
        });
      if (positionOf(factor) < positionOf(known))
        throw new WorldViolation('rule 1', 'a step or a counter moved back', { known, factor });
    }
    const [old, set] = [before.backupCodes, now.backupCodes];
    if (old === null || set === null || old.id !== set.id) return;
    if (old.usedAt.some((usedAt, place) => usedAt !== null && set.usedAt[place] !== usedAt))
      throw new WorldViolation('rule 1', 'a backup code is unspent again', set.usedAt);
  }

  /** A rotation seals the same secret anew. */
  #isSameSecret(id: SealedFor['id'], { id: holder, sealedSecret }: Factor, before: Factor): boolean {
    if (sealedSecret === before.sealedSecret) return true;
    const place = { id, holder, purpose: 'secret' } as const;
    const [now, then] = [sealedSecret, before.sealedSecret].map((text) => this.#vault.open(text, place));
    if (now?.outcome !== 'opened' || then?.outcome !== 'opened') return false;
    return Buffer.from(now.plaintext).equals(Buffer.from(then.plaintext));
  }

  #spellingsOf(secret: string): readonly string[] {
    const known = this.#spellings.get(secret);
    if (known !== undefined) return known;
    const bytes = Buffer.from(bytesOfBase32(secret));
    // The end of base64 may be padded, or go on.
    const spellings = [
      secret,
      bytes.toString('hex'),
      bytes.toString('base64').slice(0, 26),
      bytes.toString('base64url').slice(0, 26),
    ];
    this.#spellings.set(secret, spellings);
    return spellings;
  }

  /** Rule 4: no secret in any spelling, and nothing else that opens an account by being read. */
  #assertNoSecret(where: string, text: string): void {
    for (const { id, secret } of this.#ledger.factors.values())
      if (this.#spellingsOf(secret).some((spelling) => text.includes(spelling)))
        throw new WorldViolation('rule 4', `${where} holds the secret of ${id}`, text.slice(0, 500));
    if (where === 'an answer') {
      // Nor is a sealed one anybody's business.
      if (/"1\.[\w-]+\.[\w-]{40}/.test(text))
        throw new WorldViolation('rule 4', 'an answer holds a sealed value', text);
      return;
    }
    for (const { token, kind } of this.#ledger.grants.values()) {
      const bare = kind === 'backupCode' ? token.replaceAll('-', '') : token;
      if (text.includes(token) || text.includes(bare))
        throw new WorldViolation('rule 4', `${where} holds a ${kind}`, token);
    }
  }
}

function positionOf(factor: Factor): bigint {
  return factor.kind === 'hotp' ? BigInt(factor.counter) : BigInt(factor.lastStep ?? -1);
}
