import { createHmac, hash } from 'node:crypto';
import { reservedTenant } from '../../../account/account-id.ts';
import type { AuditEventKind } from '../../../account/audit-event.ts';
import { bodyText } from '../../../audit-chain.ts';
import type { AccountChange, AccountStore, StoredEvent } from '../../../ports/account-store.ts';
import type { Vault } from '../../../vault.ts';
import { valueOf, WorldViolation, type Act, type CallName, type Watcher } from '../act.ts';
import { toldBy } from './told-by.ts';

/** Which events a call may have left when nobody knows what became of it. */
const possible: { readonly [Name in CallName]: readonly AuditEventKind[] } = {
  enroll: ['factor-enrolled', 'code-sent'],
  activate: ['factor-activated', 'backup-codes-generated', 'verification-rejected', 'factor-revoked'],
  resend: ['code-sent'],
  erase: ['account-erased'],
  eraseUnenrolled: ['account-erased'],
  recovery: [],
  beginRecovery: ['recovery-begun', 'code-sent'],
  confirmRecovery: ['recovery-proved', 'recovery-waiting', 'reset-completed', 'verification-rejected'],
  cancelByCode: ['reset-cancelled', 'verification-rejected'],
  cancelByLink: ['reset-cancelled'],
  vouch: ['recovery-proved', 'recovery-waiting'],
  freeze: ['recovery-frozen'],
  unfreeze: ['recovery-unfrozen'],
  unfreezeFor: ['recovery-unfrozen'],
  setRequirement: ['requirement-changed', 'proof-redeemed'],
  setRequirements: ['proof-redeemed'],
  challenge: ['challenge-opened', 'trusted-browser-used'],
  verify: ['verification-accepted', 'verification-rejected', 'browser-trusted', 'reset-cancelled'],
  resync: ['factor-resynchronised', 'verification-rejected'],
  redeem: ['proof-redeemed'],
  regenerate: ['backup-codes-generated'],
  rename: ['factor-renamed'],
  revoke: ['factor-revoked'],
  setContacts: ['contacts-changed'],
  revokeTrusted: [],
  passwordChanged: ['recovery-proved', 'recovery-waiting'],
  unlock: ['unlocked'],
  reset: ['reset-begun'],
  completeReset: ['reset-completed'],
  cancelReset: ['reset-cancelled'],
  account: [],
};
/** Events that an answer does not tell apart: one that an administrator began, and one of its owner, end by the same calls. */
const alike: { readonly [Kind in AuditEventKind]?: AuditEventKind } = {
  'recovery-cancelled': 'reset-cancelled',
  'recovery-completed': 'reset-completed',
};
/** What a call has left besides, or has not, where its answer does not say which. */
const perhaps: { readonly [Name in CallName]?: readonly AuditEventKind[] } = {
  // A replacement ends the old factor, where it is still there; a sign-in with a device ends what goes on without it.
  activate: ['factor-revoked'],
  verify: ['reset-cancelled'],
  passwordChanged: ['recovery-proved', 'recovery-waiting'],
  beginRecovery: ['recovery-begun'],
  confirmRecovery: ['recovery-proved', 'recovery-waiting'],
  vouch: ['recovery-proved', 'recovery-waiting'],
  reset: ['reset-begun'],
  // Asked for again, there is nothing left to erase.
  erase: ['account-erased'],
  eraseUnenrolled: ['account-erased'],
};
const counted: ReadonlySet<AuditEventKind> = new Set(Object.values(possible).flat());

interface Counts {
  readonly durable: Map<AuditEventKind, number>;
  readonly told: Map<AuditEventKind, number>;
  readonly doubtful: Map<AuditEventKind, number>;
}

/** Rule 2 and LOG-01: what an answer cost is durable before the answer, each act has its event and no act has two, and the chain holds. */
export class AuditLog implements Watcher {
  readonly #counts = new Map<string, Counts>();
  readonly #store: AccountStore;
  readonly #vault: Vault;

  constructor(store: AccountStore, vault: Vault) {
    this.#store = store;
    this.#vault = vault;
  }

  committed({ id, events }: AccountChange): void {
    const { durable } = this.#countsOf(`${id.tenant}/${id.account}`);
    for (const { kind } of events) add(durable, alike[kind] ?? kind);
  }

  saw(act: Act): void {
    const { durable, told, doubtful } = this.#countsOf(act.account);
    if (act.span.isInDoubt) for (const kind of possible[act.call]) add(doubtful, kind);
    else for (const kind of perhapsOf(act)) add(doubtful, kind);
    this.#noteAuthor(act);
    for (const kind of toldBy(act)) {
      add(told, kind);
      // What was decided in the very batch of an erasure has lost its name.
      if (numberOf(durable, kind) + numberOf(durable, 'erased') < numberOf(told, kind))
        throw new WorldViolation('rule 2', `an answer came before its event "${kind}" was durable`, act);
    }
  }

  async atEnd(): Promise<void> {
    for (const [account, { durable, told, doubtful }] of this.#counts)
      for (const kind of counted)
        if (numberOf(durable, kind) > numberOf(told, kind) + numberOf(doubtful, kind))
          throw new WorldViolation('LOG-01', `${account} has more events "${kind}" than acts`, {
            durable: numberOf(durable, kind),
            told: numberOf(told, kind),
            doubtful: numberOf(doubtful, kind),
          });
    const auditKey = await this.#auditKey();
    for (const account of this.#counts.keys()) await this.#verifyChain(account, auditKey);
  }

  /** The proof of whoever demands a factor of others is spent on their own account, also where it is not enough. */
  #noteAuthor(act: Act): void {
    if (act.call !== 'setRequirement' && act.call !== 'setRequirements') return;
    const { author } = act.request;
    if (author !== undefined) add(this.#countsOf(author.account).doubtful, 'proof-redeemed');
  }

  /** With our own HMAC, link by link, from the first event to the tail in the record. */
  async #verifyChain(name: string, auditKey: Uint8Array): Promise<void> {
    const [tenant = '', account = ''] = name.split('/');
    const events: StoredEvent[] = [];
    let before: string | undefined;
    for (;;) {
      const page: StoredEvent[] = [];
      const cursor = before === undefined ? {} : { before };
      for await (const event of this.#store.readEvents({ tenant, account, limit: 1000, ...cursor }))
        page.push(event);
      events.push(...page);
      before = page.at(-1)?.position;
      if (page.length < 1000) break;
    }
    const erasedThrough = events.find(({ kind }) => kind === 'account-erased')?.sequence ?? 0;
    let link = '';
    for (const [place, event] of events.toReversed().entries()) {
      // Of what was erased the hash alone is left, on which the links after it stand.
      const isErased = place + 1 < erasedThrough;
      if (isErased !== (event.kind === 'erased'))
        throw new WorldViolation(
          'C17',
          'an erasure took another part of the log than what was before it',
          event,
        );
      const bodyHash = isErased ? event.bodyHash : hash('sha256', bodyText(event), 'base64url');
      const parts = [link, tenant, account, String(place + 1), bodyHash];
      const text = parts.map((part) => `${part.length}:${part}`).join('');
      link = createHmac('sha256', auditKey).update(text).digest('base64url');
      if (event.sequence !== place + 1 || event.bodyHash !== bodyHash || event.link !== link)
        throw new WorldViolation('LOG-05', `the chain of ${name} is broken at ${place + 1}`, event);
    }
    const [stored] = await this.#store.load([{ tenant, account }]);
    const tail = JSON.parse(stored?.record ?? '{}') as { eventCount?: number; eventLink?: string };
    if ((tail.eventCount ?? 0) !== events.length || (tail.eventLink ?? '') !== link)
      throw new WorldViolation('LOG-05', `the record of ${name} has another tail than its log`, tail);
  }

  async #auditKey(): Promise<Uint8Array> {
    const id = { tenant: reservedTenant, account: 'store' };
    const [stored] = await this.#store.load([id]);
    const record = JSON.parse(stored?.record ?? '{}') as { sealedAuditKeys?: Record<string, string> };
    const sealed = Object.values(record.sealedAuditKeys ?? {})[0] ?? '';
    const opened = this.#vault.open(sealed, { id, holder: 'store', purpose: 'audit-key' });
    if (opened.outcome === 'opened') return opened.plaintext;
    throw new WorldViolation('LOG-05', 'the audit key of the store cannot be found', opened.outcome);
  }

  #countsOf(account: string): Counts {
    const known = this.#counts.get(account);
    if (known !== undefined) return known;
    const counts: Counts = { durable: new Map(), told: new Map(), doubtful: new Map() };
    this.#counts.set(account, counts);
    return counts;
  }
}

/** Only a sign-in with a device cancels a recovery: whoever has a backup code may have lost every device. */
function perhapsOf(act: Act): readonly AuditEventKind[] {
  if (act.call === 'verify') {
    const value = valueOf(act);
    if (value?.outcome !== 'accepted' || value.method === 'backupCode') return [];
  }
  return perhaps[act.call] ?? [];
}

function add(counts: Map<AuditEventKind, number>, kind: AuditEventKind): void {
  counts.set(kind, numberOf(counts, kind) + 1);
}

function numberOf(counts: Map<AuditEventKind, number>, kind: AuditEventKind): number {
  return counts.get(kind) ?? 0;
}
