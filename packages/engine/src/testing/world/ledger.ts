import type { Act, ActOf, CallName, Span } from './act.ts';
import { valueOf } from './act.ts';

/** A factor as somebody outside knows it: from the answers, and never from the record. */
export interface KnownFactor {
  readonly id: string;
  readonly account: string;
  readonly kind: 'totp' | 'hotp';
  readonly secret: string;
  readonly enrolled: Span;
  /** Whether it was begun with a proof on an account that may have been enrolled. */
  readonly mayBeProved: boolean;
  /** The factor whose place it takes, and whether a mailed code confirms it. */
  readonly replaces: string | null;
  readonly isConfirmedByMail: boolean;
  /** The first activation that may have succeeded, and the one that is known to have. */
  maybeActive: Span | null;
  active: Span | null;
  /** The first act that may have ended it, and the first that surely did. */
  maybeDead: Span | null;
  dead: Span | null;
}

/** A ticket, a proof, a token of a browser or a backup code: whoever holds it can try it, once or until it dies. */
export interface Grant {
  readonly kind: 'ticket' | 'proof' | 'trust' | 'backupCode';
  readonly token: string;
  readonly account: string;
  readonly purpose: string;
  readonly actHash: string | null;
  /** Of a proof: what was shown for it. */
  readonly method: string;
  readonly issued: Span;
  readonly lifeSeconds: number;
  /** The act that surely spent it. */
  spent: Span | null;
}

const minute = 60;
const day = 24 * 60 * minute;

/** Which acts end what was granted before them. */
const endsGrants: ReadonlySet<CallName> = new Set([
  'regenerate',
  'revoke',
  'completeReset',
  'passwordChanged',
  'freeze',
  'erase',
  'eraseUnenrolled',
]);
/** Which calls may take a factor off, whatever they are asked for. */
const removals: ReadonlySet<CallName> = new Set([
  'revoke',
  'activate',
  'completeReset',
  'confirmRecovery',
  'erase',
  'eraseUnenrolled',
]);
const endsTrust: ReadonlySet<CallName> = new Set([...endsGrants, 'activate', 'revokeTrusted']);

/** Everything that was answered, and what follows from it: the memory of those who watch. */
export class Ledger {
  readonly factors: Map<string, KnownFactor> = new Map();
  readonly grants: Map<string, Grant> = new Map();
  readonly acts: Act[] = [];
  /** Activations that surely took the place of another factor. */
  readonly #replacements: Set<Act> = new Set();
  /** Removals that nobody knows the end of yet: how many, by account. */
  readonly #removing = new Map<string, number>();
  /** Acts by account, for those who look back. */
  readonly #ofAccount = new Map<string, Act[]>();

  actsOf(account: string): readonly Act[] {
    return this.#ofAccount.get(account) ?? [];
  }

  factorsOf(account: string): readonly KnownFactor[] {
    return [...this.factors.values()].filter((factor) => factor.account === account);
  }

  /** Whether some factor is active from before the call to after it, whatever else happens. */
  isSurelyEnrolled(account: string, { start, end }: Span): boolean {
    if ((this.#removing.get(account) ?? 0) > 0) return false;
    return this.factorsOf(account).some(
      ({ active, maybeDead }) =>
        active !== null && active.end <= start && (maybeDead === null || maybeDead.start >= end),
    );
  }

  /** The act that surely ended a grant before this call began, or undefined. */
  endOf(grant: Grant, { start }: Span): Act | undefined {
    if (grant.kind === 'backupCode') {
      const ends = (act: Act): boolean => act.call === 'regenerate' || takesAllOff(act) || isLastRevoked(act);
      return this.#endedBy(grant, start, ends);
    }
    const ends = grant.kind === 'trust' ? endsTrust : endsGrants;
    return this.#endedBy(
      grant,
      start,
      (act) => ends.has(act.call) || takesAllOff(act) || this.#replacements.has(act),
    );
  }

  /** A call begins; gives what is to be done once its end is noted. */
  begin(call: CallName, account: string): () => void {
    if (!removals.has(call)) return () => undefined;
    const add = (number: number): void =>
      void this.#removing.set(account, (this.#removing.get(account) ?? 0) + number);
    add(1);
    return () => add(-1);
  }

  note(act: Act): void {
    this.acts.push(act);
    const known = this.#ofAccount.get(act.account);
    if (known === undefined) this.#ofAccount.set(act.account, [act]);
    else known.push(act);
    if (act.call === 'enroll') this.#noteEnrollment(act);
    if (act.call === 'activate') this.#noteActivation(act);
    if (act.call === 'challenge') this.#noteChallenge(act);
    if (act.call === 'verify') this.#noteVerdict(act);
    if (act.call === 'revoke' || mayTakeAllOff(act)) this.#noteRemoval(act);
    const codes = act.call === 'regenerate' ? (valueOf(act)?.backupCodes ?? []) : [];
    for (const code of codes) this.#grant(code, 'backupCode', act, {});
    if ('proof' in act.request && act.request.proof !== undefined && isAccepted(act))
      this.spend(act.request.proof, act.span);
  }

  spend(token: string, span: Span): void {
    const grant = this.grants.get(token);
    if (grant !== undefined) grant.spent ??= span;
  }

  #endedBy(grant: Grant, start: number, ends: (act: Act) => boolean): Act | undefined {
    return this.actsOf(grant.account).find(
      (act) => act.span.start > grant.issued.end && act.span.end < start && isAccepted(act) && ends(act),
    );
  }

  #grant(
    token: string,
    kind: Grant['kind'],
    { account, span }: Act,
    { purpose = '', actHash = null, method = '', lifeSeconds = Infinity }: Partial<Grant>,
  ): void {
    this.grants.set(token, {
      kind,
      token,
      account,
      purpose,
      actHash,
      method,
      lifeSeconds,
      issued: span,
      spent: null,
    });
  }

  #noteEnrollment(act: ActOf<'enroll'>): void {
    const made = valueOf(act);
    if (made === null) return;
    const { id } = made.factor;
    const { account, span, request } = act;
    const nothing = { maybeActive: null, active: null, maybeDead: null, dead: null };
    const mayBeProved = request.proof !== undefined;
    const { kind, replaces = null } = request;
    const isConfirmedByMail = made.emailCode !== undefined;
    this.factors.set(id, {
      id,
      account,
      kind,
      secret: made.secret,
      enrolled: span,
      mayBeProved,
      replaces,
      isConfirmedByMail,
      ...nothing,
    });
  }

  #noteActivation(act: ActOf<'activate'>): void {
    const factor = this.factors.get(act.request.factorId);
    if (factor === undefined) return;
    const accepted = isAccepted(act);
    if (accepted || act.span.isInDoubt) factor.maybeActive = earlier(factor.maybeActive, act.span);
    if (accepted || act.span.isInDoubt) this.#noteReplacement(act, factor.replaces, accepted);
    if (!accepted) return;
    factor.active ??= act.span;
    const value = valueOf(act);
    if (value?.outcome === 'accepted')
      for (const code of value.backupCodes ?? []) this.#grant(code, 'backupCode', act, {});
  }

  #noteReplacement(act: ActOf<'activate'>, replaces: string | null, accepted: boolean): void {
    const replaced = this.factors.get(replaces ?? '');
    if (replaced === undefined) return;
    const wasThere =
      replaced.active !== null && replaced.active.end <= act.span.start && replaced.maybeDead === null;
    replaced.maybeDead = earlier(replaced.maybeDead, act.span);
    if (!accepted) return;
    replaced.dead ??= act.span;
    if (wasThere) this.#replacements.add(act);
  }

  #noteChallenge(act: ActOf<'challenge'>): void {
    const value = valueOf(act);
    if (value === null || !value.required) return;
    const { purpose, actHash = null } = act.request;
    this.#grant(value.ticket, 'ticket', act, { purpose, actHash, lifeSeconds: 10 * minute });
  }

  #noteVerdict(act: ActOf<'verify'>): void {
    const value = valueOf(act);
    if (value?.outcome !== 'accepted') return;
    const { ticket, code } = act.request;
    if (value.method === 'backupCode' && typeof code === 'string') this.spend(code, act.span);
    const opened = ticket === undefined ? undefined : this.grants.get(ticket);
    if (opened !== undefined) {
      opened.spent ??= act.span;
      const { purpose, actHash } = opened;
      const { method } = value;
      this.#grant(value.proof, 'proof', act, { purpose, actHash, method, lifeSeconds: 10 * minute });
    } else this.#grant(value.proof, 'proof', act, { purpose: 'check', lifeSeconds: 0 });
    if (value.trustToken !== undefined)
      this.#grant(value.trustToken, 'trust', act, { lifeSeconds: 30 * day });
  }

  #noteRemoval(act: Act): void {
    const accepted = act.call === 'revoke' ? isAccepted(act) : takesAllOff(act);
    if (!accepted && !act.span.isInDoubt) return;
    for (const factor of this.factorsOf(act.account)) {
      if (act.call === 'revoke' && act.request.factorId !== factor.id) continue;
      factor.maybeDead = earlier(factor.maybeDead, act.span);
      if (accepted && factor.enrolled.end < act.span.start) factor.dead ??= act.span;
    }
  }
}

/** Whether it took every factor off, and was told so: a reset, the last word of a recovery, an erasure. */
export function takesAllOff(act: Act): boolean {
  if (act.call === 'confirmRecovery') {
    const value = valueOf(act);
    return value?.outcome === 'accepted' && value.recovery === null;
  }
  return mayTakeAllOff(act) && isAccepted(act);
}

function mayTakeAllOff({ call }: Act): boolean {
  return (
    call === 'completeReset' || call === 'confirmRecovery' || call === 'erase' || call === 'eraseUnenrolled'
  );
}

/** With the last factor the backup codes are gone. */
function isLastRevoked(act: Act): boolean {
  return act.call === 'revoke' && valueOf(act)?.enrolled === false;
}

/** Whether the caller was told that it was carried out. */
export function isAccepted(act: Act): boolean {
  if (act.answer.kind !== 'answered') return false;
  const value = act.answer.value as { readonly outcome?: string } | null | undefined;
  return value?.outcome === undefined || value.outcome === 'accepted';
}

function earlier(known: Span | null, span: Span): Span {
  return known === null || span.start < known.start ? span : known;
}
