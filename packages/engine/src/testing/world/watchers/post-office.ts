import type { AuditEvent, AuditEventKind } from '../../../account/audit-event.ts';
import type { NoticeKind } from '../../../account/notice.ts';
import type { MessagePayload } from '../../../decisions/message.ts';
import type { AccountChange } from '../../../ports/account-store.ts';
import type { Vault } from '../../../vault.ts';
import { WorldViolation, type Act, type Watcher } from '../act.ts';
import { isAccepted } from '../ledger.ts';

/** What owners are always told of. */
const always: { readonly [Kind in AuditEventKind]?: NoticeKind } = {
  'factor-activated': 'factor-activated',
  'factor-revoked': 'factor-revoked',
  'factor-disabled': 'factor-disabled',
  unlocked: 'unlocked',
  'reset-begun': 'reset-begun',
  'reset-cancelled': 'reset-cancelled',
  'reset-completed': 'reset-completed',
  'contacts-changed': 'contacts-changed',
  'recovery-begun': 'recovery-begun',
  'recovery-proved': 'recovery-proved',
  'recovery-waiting': 'recovery-waiting',
  'recovery-cancelled': 'recovery-cancelled',
  'recovery-frozen': 'recovery-frozen',
  'recovery-unfrozen': 'recovery-unfrozen',
  'recovery-completed': 'recovery-completed',
  'account-erased': 'account-erased',
};
/** What can still be stopped: its notices have the link that stops it. */
const stoppable: ReadonlySet<NoticeKind> = new Set([
  'recovery-begun',
  'recovery-proved',
  'recovery-waiting',
  'reset-begun',
]);
const lowBackupCodes = 3;
const pauseSeconds = 3600;
const leaseSeconds = 180;

/** A code that was mailed. */
export interface MailedText {
  readonly account: string;
  readonly at: number;
  /** What the mail says that it is for. */
  readonly kind: NoticeKind;
  /** The device that it is for, where it is for one and its commit names no other. */
  readonly factorId: string | null;
}

interface Posted {
  readonly account: string;
  readonly expiresAt: number;
  readonly delivered: number[];
  settled: boolean;
  /** Deleted along with its account. */
  isErased: boolean;
}

/** Notices: each in the commit of what it tells of, to every address, none lost, none twice but where a delivery was in doubt. */
export class PostOffice implements Watcher {
  readonly #vault: Vault;
  readonly #now: () => number;
  readonly #wasSane: (start: number, end: number) => boolean;
  readonly #posted = new Map<string, Posted>();
  /** Addresses by account, where nobody can have changed them unseen. */
  readonly #addresses = new Map<string, readonly string[]>();
  readonly #doubtfulUntil = new Map<string, number>();
  /** Codes that were mailed, by what they say, and those that have arrived. */
  readonly mailed: Map<string, MailedText> = new Map();
  readonly arrived: { readonly account: string; readonly code: string; readonly kind: NoticeKind }[] = [];
  /** The same for the links that stop a recovery, by their tokens. */
  readonly links: Map<string, Pick<MailedText, 'account' | 'at'>> = new Map();
  readonly arrivedLinks: { readonly account: string; readonly token: string }[] = [];
  readonly #changing = new Map<string, number>();
  readonly #changedAt = new Map<string, number>();
  readonly #lastPaused = new Map<string, number>();

  constructor(vault: Vault, now: () => number, wasSane: (start: number, end: number) => boolean) {
    this.#vault = vault;
    this.#now = now;
    this.#wasSane = wasSane;
  }

  saw(act: Act): void {
    if (act.call !== 'setContacts') return;
    const { account, span, request } = act;
    this.#changing.set(account, (this.#changing.get(account) ?? 1) - 1);
    if (span.isInDoubt) {
      this.#addresses.delete(account);
      this.#doubtfulUntil.set(account, span.settled);
    } else if (isAccepted(act)) {
      // Of two at once nobody can say which came last.
      if ((this.#changedAt.get(account) ?? 0) > span.start) this.#addresses.delete(account);
      else this.#addresses.set(account, request.emails);
      this.#changedAt.set(account, span.end);
    }
  }

  /** A change of contacts begins: until its answer nobody can say from outside who is told. */
  changing(account: string): void {
    this.#changing.set(account, (this.#changing.get(account) ?? 0) + 1);
  }

  committed({ id, events, messages, erasedAt }: AccountChange): void {
    const account = `${id.tenant}/${id.account}`;
    if (erasedAt !== undefined) this.#forget(account);
    const sent = messages.map((message) => {
      if (this.#posted.has(message.id))
        throw new WorldViolation('notices', 'two messages have one id', message);
      this.#posted.set(message.id, {
        account,
        expiresAt: message.expiresAt,
        delivered: [],
        settled: false,
        isErased: false,
      });
      const opened = this.#vault.open(message.payload, { id, holder: message.id, purpose: 'message' });
      if (opened.outcome !== 'opened')
        throw new WorldViolation('rule 8', 'a message does not open at its own place', message.id);
      const payload = JSON.parse(new TextDecoder().decode(opened.plaintext)) as MessagePayload;
      this.#noteText(payload, account, events);
      return payload;
    });
    for (const address of new Set(sent.map(({ to }) => to)))
      this.#assertPauses(
        `${account} ${address}`,
        sent.filter(({ to }) => to === address),
      );
    const addresses = this.#addresses.get(account);
    if (erasedAt !== undefined) this.#addresses.delete(account);
    if (addresses === undefined || (this.#changing.get(account) ?? 0) > 0) return;
    if (this.#now() <= (this.#doubtfulUntil.get(account) ?? 0)) return;
    for (const [kind, number] of expectedOf(events))
      for (const address of addresses) {
        const told = sent.filter(({ to, notice }) => to === address && notice.kind === kind).length;
        if (told !== number)
          throw new WorldViolation('notices', `${told} notices "${kind}" for ${number} events`, {
            events,
            sent,
          });
      }
  }

  /** A channel has taken a message. @throws WorldViolation */
  delivered(id: string, { code, link, notice }: Pick<MessagePayload, 'code' | 'link' | 'notice'>): void {
    const posted = this.#posted.get(id);
    if (posted === undefined) throw new WorldViolation('notices', 'a message left before its commit', id);
    // To a clock that jumped ahead a lease is over while its courier is still under way.
    if (posted.settled && this.#wasSane(this.#now() - leaseSeconds, this.#now()))
      throw new WorldViolation('notices', 'a message left again after it was settled', id);
    posted.delivered.push(this.#now());
    const { account } = posted;
    if (code !== undefined) this.arrived.push({ account, code, kind: notice.kind });
    if (link !== undefined) this.arrivedLinks.push({ account, token: tokenOf(link) });
  }

  settled(id: string): void {
    const posted = this.#posted.get(id);
    if (posted !== undefined) posted.settled = true;
  }

  /** Whether a message waits that nobody has delivered. */
  get isWaiting(): boolean {
    return [...this.#posted.values()].some(
      ({ delivered, expiresAt, isErased }) =>
        !isErased && delivered.length === 0 && expiresAt > this.#now() + 60,
    );
  }

  atEnd(): void {
    for (const [id, { delivered, expiresAt, account, isErased }] of this.#posted)
      if (!isErased && delivered.length === 0 && expiresAt > this.#now() + 60)
        throw new WorldViolation('notices', `a message of ${account} was lost`, { id, expiresAt });
  }

  /** An erasure takes along what waits, and the addresses. */
  #forget(account: string): void {
    for (const posted of this.#posted.values()) if (posted.account === account) posted.isErased = true;
    this.#changedAt.set(account, this.#now());
  }

  #noteText({ code, link, notice }: MessagePayload, account: string, events: readonly AuditEvent[]): void {
    const at = this.#now();
    const { kind } = notice;
    if (stoppable.has(kind) !== (link !== undefined))
      throw new WorldViolation('C24', `a notice "${kind}" has a link too many, or lacks it`, events);
    if (link !== undefined) this.links.set(tokenOf(link), { account, at });
    if (code === undefined) return;
    const sendings = events.filter((event) => event.kind === 'code-sent');
    const factorId = sendings.length === 1 ? (sendings[0]!.factorId ?? null) : null;
    this.mailed.set(code, { account, at, kind, factorId });
  }

  /** What a thief can cause at will comes once an hour at most. */
  #assertPauses(address: string, sent: readonly MessagePayload[]): void {
    for (const kind of ['wrong-code', 'locked'] as const) {
      const number = sent.filter(({ notice }) => notice.kind === kind).length;
      if (number === 0) continue;
      const key = `${address} ${kind}`;
      const last = this.#lastPaused.get(key) ?? -Infinity;
      this.#lastPaused.set(key, this.#now());
      // What was decided before is committed a little later.
      const isTooSoon = number > 1 || this.#now() - last < pauseSeconds - 120;
      if (isTooSoon && this.#wasSane(Math.max(last, this.#now() - pauseSeconds) - 60, this.#now()))
        throw new WorldViolation('notices', `${kind} was told of twice within an hour`, sent);
    }
  }
}

/** How many notices of each kind the events of one commit ask for. */
function expectedOf(events: readonly AuditEvent[]): ReadonlyMap<NoticeKind, number> {
  const expected = new Map<NoticeKind, number>();
  const add = (kind: NoticeKind): void => void expected.set(kind, (expected.get(kind) ?? 0) + 1);
  for (const { kind, method, codesLeft } of events) {
    const plain = always[kind];
    if (plain !== undefined) add(plain);
    if (kind === 'verification-accepted' && method === 'backupCode')
      add((codesLeft ?? 0) <= lowBackupCodes ? 'backup-codes-low' : 'backup-code-used');
    const isWithFactor = events.some((event) => event.kind === 'factor-activated');
    if (kind === 'backup-codes-generated' && !isWithFactor) add('backup-codes-generated');
  }
  // The last proof begins the waiting time, and one message says both.
  const waiting = expected.get('recovery-waiting') ?? 0;
  expected.set('recovery-proved', (expected.get('recovery-proved') ?? 0) - waiting);
  return expected;
}

function tokenOf(link: string): string {
  return new URL(link).searchParams.get('token') ?? '';
}
