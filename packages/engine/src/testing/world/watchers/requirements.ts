import type { RequirementWish } from '../../../account/requirement.ts';
import { WorldViolation, valueOf, type Act, type ActOf, type Span, type Watcher } from '../act.ts';
import { isAccepted, type KnownFactor, type Ledger } from '../ledger.ts';

const day = 86_400;
/** Until every server has seen what another one changed: its cache is a second old, and the store slow. */
const spreadSeconds = 90;
const anyKind: readonly string[] = ['totp', 'hotp'];
const optional: RequirementWish = { level: 'optional' };

/**
 * S23, LIFE-19: whoever must have a second factor, and has had the time, gets no ticket before one that counts is there; the time is
 * begun once; what is demanded of one account takes the place of what its tenant demands. It looks back when all is known.
 */
export class Requirements implements Watcher {
  readonly #ledger: Ledger;
  readonly #wasSane: (start: number, end: number) => boolean;

  constructor(ledger: Ledger, wasSane: (start: number, end: number) => boolean) {
    this.#ledger = ledger;
    this.#wasSane = wasSane;
  }

  atEnd(): void {
    for (const account of new Set(this.#ledger.acts.map((act) => act.account))) this.#look(account);
  }

  #look(account: string): void {
    const tenant = account.split('/')[0];
    const own = this.#ledger.actsOf(account).filter((act) => act.call === 'setRequirement');
    const shared = this.#ledger.acts.filter(
      (act) => act.call === 'setRequirements' && act.account.split('/')[0] === tenant,
    ) as ActOf<'setRequirements'>[];
    /** When the time to enroll surely ran, and when it may have run at the earliest. */
    let [surelyBy, maybeFrom]: [Span | null, Span | null] = [null, null];
    for (const act of this.#ledger.actsOf(account)) {
      if (act.call === 'verify') this.#sawVerification(act, own, shared);
      if (act.call !== 'challenge') continue;
      const possible = possibleAt(act.span, own, shared);
      const isAnswered = act.answer.kind === 'answered' || isOverdue(act);
      if ((isAnswered || act.span.isInDoubt) && possible.some(({ level }) => level === 'required'))
        maybeFrom = earlierOf(maybeFrom, act.span);
      if (
        isAnswered &&
        act.request.purpose !== 'manage' &&
        surelyBy !== null &&
        act.answer.kind === 'answered'
      )
        this.#mustNotBeOverdue(act, possible, surelyBy);
      if (isOverdue(act)) this.#mustBeOverdue(act, possible, maybeFrom);
      if (isAnswered && possible.every(({ level }) => level === 'required') && surelyBy === null)
        surelyBy = act.span;
    }
  }

  #mustNotBeOverdue(act: ActOf<'challenge'>, possible: readonly RequirementWish[], since: Span): void {
    if (!this.#wasSane(since.start, act.span.end)) return;
    const isSurely = possible.every(
      ({ level, kinds = anyKind, graceDays = 0 }) =>
        level === 'required' &&
        act.span.clockMin > since.clockMax + graceDays * day + 1 &&
        !this.#factorsOf(act, kinds).some((factor) => mayCount(factor, act.span)),
    );
    if (isSurely) throw new WorldViolation('S23', 'somebody who is overdue got in', { act, possible, since });
  }

  #mustBeOverdue(act: ActOf<'challenge'>, possible: readonly RequirementWish[], since: Span | null): void {
    const mayBe = possible.some(
      ({ level, kinds = anyKind, graceDays = 0 }) =>
        level === 'required' &&
        (!this.#wasSane(since?.start ?? 0, act.span.end) ||
          act.span.clockMax >= earliestStart(since, act.span) + graceDays * day - 1) &&
        !this.#factorsOf(act, kinds).some((factor) => surelyCounts(factor, act.span)),
    );
    if (!mayBe)
      throw new WorldViolation('S23', 'somebody was shut out who is not overdue', { act, possible });
  }

  /** A ticket of somebody who has a factor that counts is answered by no other kind. */
  #sawVerification(
    act: ActOf<'verify'>,
    own: readonly ActOf<'setRequirement'>[],
    shared: readonly ActOf<'setRequirements'>[],
  ): void {
    const value = valueOf(act);
    const grant = this.#ledger.grants.get(act.request.ticket ?? '');
    if (value?.outcome !== 'accepted' || value.method === 'backupCode' || grant === undefined) return;
    const isRefused = possibleAt(grant.issued, own, shared).every(
      ({ level, kinds = anyKind }) =>
        level === 'required' &&
        !kinds.includes(value.method as 'totp') &&
        this.#factorsOf(act, kinds).some((factor) => surelyCounts(factor, grant.issued)),
    );
    if (isRefused)
      throw new WorldViolation('S23', 'a factor that does not count answered a ticket', { act, grant });
  }

  #factorsOf({ account }: Act, kinds: readonly string[]): readonly KnownFactor[] {
    return this.#ledger.factorsOf(account).filter(({ kind }) => kinds.includes(kind));
  }
}

/** Everything that may have held for an account while a call went on. */
function possibleAt(
  span: Span,
  own: readonly ActOf<'setRequirement'>[],
  shared: readonly ActOf<'setRequirements'>[],
): readonly RequirementWish[] {
  const tenants = wishesAt<RequirementWish>(span, shared, optional, spreadSeconds);
  return wishesAt<RequirementWish | null>(span, own, null, 0).flatMap((wish) =>
    wish === null ? tenants : [wish],
  );
}

/** The last one that was surely said before, and all that may have been said since. */
function wishesAt<Wish>(
  { start, end }: Span,
  said: readonly (Act & { readonly request: { readonly wish: Wish } })[],
  blank: Wish,
  spread: number,
): readonly Wish[] {
  const sure = said.filter((act) => isAccepted(act) && act.span.end + spread < start);
  const latest = Math.max(0, ...sure.map((act) => act.span.start));
  const maybe = said.filter(
    (act) =>
      (isAccepted(act) || act.span.isInDoubt) && act.span.settled + spread >= latest && act.span.start < end,
  );
  return sure.length === 0 ? [blank, ...maybe.map(wishOf)] : maybe.map(wishOf);
}

function wishOf<Wish>({ request }: { readonly request: { readonly wish: Wish } }): Wish {
  return request.wish;
}

function isOverdue({ answer }: Act): boolean {
  return answer.kind === 'fault' && answer.code === 'engine/enrollment-required';
}

function mayCount({ maybeActive, dead }: KnownFactor, { start, end }: Span): boolean {
  return maybeActive !== null && maybeActive.start < end && (dead === null || dead.end >= start);
}

function surelyCounts({ active, maybeDead }: KnownFactor, { start, end }: Span): boolean {
  return active !== null && active.end <= start && (maybeDead === null || maybeDead.start >= end);
}

/** F3: a clock that is behind the one that began the time takes its own for the beginning. */
function earliestStart(since: Span | null, { clockMin }: Span): number {
  return Math.min(since?.clockMin ?? clockMin, clockMin);
}

function earlierOf(known: Span | null, span: Span): Span {
  return known === null || span.start < known.start ? span : known;
}
