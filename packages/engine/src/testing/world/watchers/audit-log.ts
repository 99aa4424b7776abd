import { createHmac, hash } from 'node:crypto';
import { reservedTenant } from '../../../account/account-id.ts';
import type { AuditEventKind } from '../../../account/audit-event.ts';
import { bodyText } from '../../../audit-chain.ts';
import type { AccountChange, AccountStore, StoredEvent } from '../../../ports/account-store.ts';
import type { Vault } from '../../../vault.ts';
import { WorldViolation, type Act, type ActOf, type CallName, type Watcher } from '../act.ts';

/** Which events a call may have left when nobody knows what became of it. */
const possible: { readonly [Name in CallName]: readonly AuditEventKind[] } = {
  enroll: ['factor-enrolled'],
  activate: ['factor-activated', 'backup-codes-generated', 'verification-rejected', 'factor-revoked'],
  challenge: ['challenge-opened', 'trusted-browser-used'],
  verify: ['verification-accepted', 'verification-rejected', 'browser-trusted', 'reset-cancelled'],
  resync: ['factor-resynchronised', 'verification-rejected'],
  redeem: ['proof-redeemed'],
  regenerate: ['backup-codes-generated'],
  rename: ['factor-renamed'],
  revoke: ['factor-revoked'],
  setContacts: ['contacts-changed'],
  revokeTrusted: [],
  passwordChanged: [],
  unlock: ['unlocked'],
  reset: [],
  completeReset: ['reset-completed'],
  cancelReset: ['reset-cancelled'],
  account: [],
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
    for (const { kind } of events) add(durable, kind);
  }

  saw(act: Act): void {
    const { durable, told, doubtful } = this.#countsOf(act.account);
    if (act.span.isInDoubt) for (const kind of possible[act.call]) add(doubtful, kind);
    // A sign-in with a device cancels what an administrator began, where there is something.
    if (act.call === 'verify' && !act.span.isInDoubt) add(doubtful, 'reset-cancelled');
    // A replacement ends the old factor, where it is still there.
    if (act.call === 'activate' && !act.span.isInDoubt) add(doubtful, 'factor-revoked');
    // Whoever signs in with a device has not lost it: a reset that goes on is cancelled.
    if (act.call === 'verify' && !act.span.isInDoubt && isSignInByDevice(act))
      add(doubtful, 'reset-cancelled');
    for (const kind of toldBy(act)) {
      add(told, kind);
      if (numberOf(durable, kind) < numberOf(told, kind))
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
    let link = '';
    for (const [place, event] of events.toReversed().entries()) {
      const bodyHash = hash('sha256', bodyText(event), 'base64url');
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

function isSignInByDevice({ answer }: ActOf<'verify'>): boolean {
  return (
    answer.kind === 'answered' && answer.value.outcome === 'accepted' && answer.value.method !== 'backupCode'
  );
}

/** The events that an answer vouches for. */
function toldBy(act: Act): readonly AuditEventKind[] {
  if (act.answer.kind !== 'answered') return [];
  switch (act.call) {
    case 'challenge': {
      const { value } = act.answer;
      if (value.required) return ['challenge-opened'];
      return value.trusted === true ? ['trusted-browser-used'] : [];
    }
    case 'verify': {
      const { value } = act.answer;
      if (value.outcome === 'rejected') return ['verification-rejected'];
      if (value.outcome === 'locked') return [];
      return value.trustToken === undefined
        ? ['verification-accepted']
        : ['verification-accepted', 'browser-trusted'];
    }
    case 'activate': {
      const { value } = act.answer;
      if (value.outcome === 'rejected') return ['verification-rejected'];
      if (value.outcome === 'locked') return [];
      return value.backupCodes === undefined
        ? ['factor-activated']
        : ['factor-activated', 'backup-codes-generated'];
    }
    case 'resync':
      if (act.answer.value.outcome === 'locked') return [];
      return act.answer.value.outcome === 'rejected' ? ['verification-rejected'] : ['factor-resynchronised'];
    case 'redeem':
      return act.answer.value.outcome === 'accepted' ? ['proof-redeemed'] : [];
    case 'enroll':
    case 'regenerate':
    case 'rename':
    case 'revoke':
    case 'setContacts':
    case 'unlock':
    case 'completeReset':
    case 'cancelReset':
      return possible[act.call];
    case 'account':
    case 'passwordChanged':
    case 'reset':
    case 'revokeTrusted':
      break;
  }
  return [];
}

function add(counts: Map<AuditEventKind, number>, kind: AuditEventKind): void {
  counts.set(kind, numberOf(counts, kind) + 1);
}

function numberOf(counts: Map<AuditEventKind, number>, kind: AuditEventKind): number {
  return counts.get(kind) ?? 0;
}
