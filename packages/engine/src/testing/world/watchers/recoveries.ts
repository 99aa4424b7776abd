import { WorldViolation, valueOf, type Act, type Span, type Watcher } from '../act.ts';
import { isAccepted, takesAllOff, type Ledger } from '../ledger.ts';
import type { PostOffice } from './post-office.ts';

const waitSeconds = 24 * 3600;
const lapseSeconds = 72 * 3600;

/** Acts of one account, sorted by what they are to a recovery. */
interface History {
  /** What surely ended whatever went on. */
  readonly ends: readonly Act[];
  readonly resets: readonly Act[];
  readonly begun: readonly Act[];
  /** What may have brought the mailed code, and what may have been the other proof. */
  readonly mails: readonly Act[];
  readonly seconds: readonly Act[];
}

/**
 * S30, C1, F4: nothing is removed without a mailed code, a second proof, the whole waiting time and a last word, or a reset that
 * waited; what was cancelled, frozen or ended by a sign-in is over, a freeze keeps everything from beginning, and a link stops one
 * recovery once. It looks back when all is known.
 */
export class Recoveries implements Watcher {
  readonly #ledger: Ledger;
  readonly #post: PostOffice;
  readonly #wasSane: (start: number, end: number) => boolean;
  readonly #tolerance: number;

  constructor(
    ledger: Ledger,
    post: PostOffice,
    wasSane: (start: number, end: number) => boolean,
    skewSeconds: number,
  ) {
    this.#ledger = ledger;
    this.#post = post;
    this.#wasSane = wasSane;
    this.#tolerance = 2 * skewSeconds + 1;
  }

  atEnd(): void {
    for (const account of new Set(this.#ledger.acts.map((act) => act.account))) {
      const acts = this.#ledger.actsOf(account);
      const history = this.#historyOf(acts);
      for (const act of acts) {
        if (act.call === 'completeReset' && isAccepted(act)) this.#mustBeDue(act, history, true);
        if (act.call === 'confirmRecovery' && takesAllOff(act)) this.#mustBeDue(act, history, false);
      }
      this.#freezes(acts);
      this.#links(acts, history);
    }
  }

  #historyOf(acts: readonly Act[]): History {
    const mayHave = acts.filter((act) => isAccepted(act) || act.span.isInDoubt);
    const kindOf = (act: Act): string | undefined =>
      act.call === 'confirmRecovery' ? this.#post.mailed.get(String(act.request.code))?.kind : undefined;
    return {
      ends: acts.filter((act) => isAccepted(act) && this.#isEnd(act)),
      resets: mayHave.filter(({ call }) => call === 'reset'),
      begun: mayHave.filter(({ call }) => call === 'beginRecovery'),
      mails: mayHave.filter((act) => kindOf(act) === 'recovery-code'),
      seconds: mayHave.filter(
        (act) => act.call === 'passwordChanged' || act.call === 'vouch' || kindOf(act) === 'contact-code',
      ),
    };
  }

  #isEnd(act: Act): boolean {
    if (['cancelReset', 'cancelByCode', 'cancelByLink', 'freeze'].includes(act.call)) return true;
    return takesAllOff(act) || this.#isSignInByDevice(act);
  }

  /** S30: whoever signs in with a device has not lost it. */
  #isSignInByDevice(act: Act): boolean {
    if (act.call !== 'verify' || act.request.ticket === undefined) return false;
    const value = valueOf(act);
    if (value?.outcome !== 'accepted' || value.method === 'backupCode') return false;
    return this.#ledger.grants.get(act.request.ticket)?.purpose === 'login';
  }

  #mustBeDue(act: Act, history: History, isByAdministrator: boolean): void {
    const since = lastBefore(history.ends, act.span);
    const of = (acts: readonly Act[], from = since): readonly Act[] =>
      acts.filter(({ span }) => span.settled >= from && span.start < act.span.end);
    const begun = of(history.begun);
    const firstBegun = earliest(begun);
    const [mails, seconds] = [of(history.mails, firstBegun), of(history.seconds, firstBegun)];
    const resets = isByAdministrator ? of(history.resets) : [];
    const isProved = begun.length > 0 && mails.length > 0 && seconds.length > 0;
    if (!isProved && resets.length === 0)
      throw new WorldViolation('C1', 'factors were removed without both proofs, or a reset', { act, begun });
    const provedAt = isProved ? Math.max(earliest(mails), earliest(seconds)) : Infinity;
    const from = Math.min(provedAt, earliest(resets));
    const sources = [...mails, ...seconds, ...resets, ...begun];
    if (!this.#wasSane(Math.min(from, earliest(sources)), act.span.end)) return;
    if (act.span.end - from < waitSeconds - this.#tolerance)
      throw new WorldViolation('F4', 'a recovery did not wait', { act, waited: act.span.end - from });
    const last = Math.max(...sources.map(({ span }) => span.settled));
    if (act.span.start - last > waitSeconds + lapseSeconds + this.#tolerance)
      throw new WorldViolation('F4', 'a recovery that was forgotten was carried out', { act, last });
  }

  /** Once frozen, nothing begins before somebody has lifted it. */
  #freezes(acts: readonly Act[]): void {
    for (const begun of acts) {
      if ((begun.call !== 'beginRecovery' && begun.call !== 'reset') || !isAccepted(begun)) continue;
      const frozen = acts.findLast(
        (act) => act.call === 'freeze' && isAccepted(act) && act.span.end < begun.span.start,
      );
      if (frozen === undefined) continue;
      const isLifted = acts.some(
        (act) =>
          mayLift(act) &&
          (isAccepted(act) || act.span.isInDoubt) &&
          act.span.settled >= frozen.span.start &&
          act.span.start <= begun.span.end,
      );
      if (!isLifted)
        throw new WorldViolation('C22', 'a recovery was begun while it was frozen', { begun, frozen });
    }
  }

  /** C24: of a recovery of this account that goes on, and once. */
  #links(acts: readonly Act[], { ends }: History): void {
    const used = new Set<string>();
    for (const act of acts) {
      if ((act.call !== 'freeze' && act.call !== 'cancelByLink') || !isAccepted(act)) continue;
      const { token } = act.request;
      if (token === undefined) continue;
      const link = this.#post.links.get(token);
      if (link?.account !== act.account || used.has(token))
        throw new WorldViolation('C24', 'a link of nobody, of somebody else or a used one was taken', act);
      used.add(token);
      const isOver = ends.some(({ span }) => span.start > link.at && span.end < act.span.start);
      if (isOver) throw new WorldViolation('C24', 'a link outlived what it was mailed for', { act, link });
    }
  }
}

/** What lifts a freeze: somebody who does, or whoever takes off the last factor. */
function mayLift(act: Act): boolean {
  if (act.call === 'unfreeze' || act.call === 'unfreezeFor') return true;
  return ['revoke', 'completeReset', 'confirmRecovery', 'erase', 'eraseUnenrolled'].includes(act.call);
}

/** From when on something may have been begun that a later act could carry out. */
function lastBefore(ends: readonly Act[], { start }: Span): number {
  return Math.max(0, ...ends.filter(({ span }) => span.end < start).map(({ span }) => span.start));
}

function earliest(acts: readonly Act[]): number {
  return Math.min(...acts.map(({ span }) => span.start));
}
