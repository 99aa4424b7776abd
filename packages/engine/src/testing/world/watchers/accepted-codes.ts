import { WorldViolation, type Act, type ActOf, type Span, type Watcher } from '../act.ts';
import { isAccepted, type KnownFactor, type Ledger } from '../ledger.ts';
import { ownCode, periodSeconds } from '../own-codes.ts';

/** Where an accepted code can have stood: the steps or counters that have it, the earliest and the latest. */
interface Acceptance {
  readonly first: number;
  readonly last: number;
  readonly span: Span;
}

interface FactorHistory {
  readonly accepted: Acceptance[];
  /** By how many steps a resynchronisation may have moved the window. */
  readonly moved: { readonly least: number; readonly most: number }[];
  /** The furthest that the counter can stand. */
  counterMost: number;
  readonly codes: Map<number, string>;
}

const window = 1;
const driftStepsMax = 2;
const lookAhead = 10;
const resyncLookAhead = 100;
const resyncSteps = 12 * 120 + 3;

/**
 * Rule 1, and that a code is right at all: of an active factor of this account, near the present step or counter, after every one
 * that was accepted before. It computes codes by itself, and allows for all that a clock may have read.
 */
export class AcceptedCodes implements Watcher {
  readonly #ledger: Ledger;
  readonly #histories = new Map<string, FactorHistory>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  saw(act: Act): void {
    if (act.call === 'activate') this.#sawActivation(act);
    if (act.call === 'verify') this.#sawVerification(act);
    if (act.call === 'resync') this.#sawResync(act);
  }

  #sawActivation(act: ActOf<'activate'>): void {
    const factor = this.#ledger.factors.get(act.request.factorId);
    if (!isAccepted(act)) return this.#maybe(factor, act.request.code, act.span);
    if (factor === undefined || factor.account !== act.account)
      throw new WorldViolation('rule 6', 'a factor of nobody was activated', act);
    if (factor.active !== null && factor.active.end < act.span.start)
      throw new WorldViolation('rule 1', 'a factor was activated twice', act);
    this.#accept(factor, String(act.request.code), act);
  }

  #sawVerification(act: ActOf<'verify'>): void {
    const { answer, request, span } = act;
    if (answer.kind !== 'answered' || answer.value.outcome !== 'accepted') {
      if (span.isInDoubt)
        for (const factor of this.#ledger.factorsOf(act.account)) this.#maybe(factor, request.code, span);
      return;
    }
    const { method, factorId } = answer.value;
    if (method === 'backupCode') return;
    const factor = this.#ledger.factors.get(factorId ?? '');
    if (factor === undefined || factor.account !== act.account)
      throw new WorldViolation(
        'rule 8',
        'a code was accepted for a factor that this account does not have',
        act,
      );
    const { maybeActive, dead } = factor;
    if (maybeActive === null || maybeActive.start > span.end)
      throw new WorldViolation('rule 6', 'a pending factor signed somebody in', act);
    if (dead !== null && dead.end < span.start)
      throw new WorldViolation('rule 7', 'a factor that was removed signed somebody in', { act, factor });
    if (request.factorId !== undefined && request.factorId !== factorId)
      throw new WorldViolation('rule 1', 'a code was accepted for another factor than it named', act);
    this.#accept(factor, String(request.code), act);
  }

  #sawResync(act: ActOf<'resync'>): void {
    const factor = this.#ledger.factors.get(act.request.factorId);
    if (factor === undefined || (!isAccepted(act) && !act.span.isInDoubt)) return;
    const history = this.#historyOf(factor.id);
    const ends = this.#runsOf(factor, act.request.codes, act.span, history);
    if (isAccepted(act)) {
      const places = this.#free(ends, act.span, history);
      if (places.length === 0 || factor.account !== act.account)
        throw new WorldViolation(
          'rule 1',
          'codes that do not stand in a row, or are spent, were accepted',
          act,
        );
      this.#remember(history, places, act.span);
    }
    for (const end of ends) {
      history.counterMost = Math.max(history.counterMost, end + 1);
      for (const offset of act.span.offsets)
        history.moved.push({
          least: end - stepOf(act.span.end + offset),
          most: end - stepOf(act.span.start + offset),
        });
    }
  }

  #accept(factor: KnownFactor, code: string, act: Act): void {
    const history = this.#historyOf(factor.id);
    const right = this.#placesOf(factor, code, act.span, history);
    if (right.length === 0)
      throw new WorldViolation('rule 1', 'a code was accepted that no step near now has', { act, factor });
    const places = this.#free(right, act.span, history);
    if (places.length === 0)
      throw new WorldViolation('rule 1', 'a spent code was accepted', { act, history: history.accepted });
    this.#remember(history, places, act.span);
  }

  /** An attempt of which nobody knows the end may have moved a counter on. */
  #maybe(factor: KnownFactor | undefined, code: unknown, span: Span): void {
    if (factor === undefined || factor.kind !== 'hotp' || typeof code !== 'string' || !span.isInDoubt) return;
    const history = this.#historyOf(factor.id);
    for (const place of this.#placesOf(factor, code, span, history))
      history.counterMost = Math.max(history.counterMost, place + 1);
  }

  /** Which of these may still have been free when this call came. */
  #free(places: readonly number[], { start }: Span, { accepted }: FactorHistory): readonly number[] {
    return places.filter((place) =>
      accepted.every((before) => {
        const isSame = before.first === before.last && before.first === place;
        return !isSame && (before.span.end >= start || place > before.first);
      }),
    );
  }

  #remember(history: FactorHistory, places: readonly number[], span: Span): void {
    const [first, last] = [Math.min(...places), Math.max(...places)];
    history.accepted.push({ first, last, span });
    history.counterMost = Math.max(history.counterMost, last + 1);
  }

  /** Every step of the window, or every counter of the look-ahead, that has this code. */
  #placesOf(factor: KnownFactor, code: string, span: Span, history: FactorHistory): readonly number[] {
    const places = new Set<number>();
    const look = (first: number, last: number): void => {
      for (let place = Math.max(0, first); place <= last; place += 1)
        if (this.#codeAt(factor, place, history) === code) places.add(place);
    };
    if (factor.kind === 'hotp') look(0, history.counterMost + lookAhead);
    else
      for (const offset of span.offsets)
        for (const { least, most } of [{ least: 0, most: 0 }, ...history.moved])
          look(
            stepOf(span.start + offset) + least - driftStepsMax - window,
            stepOf(span.end + offset) + most + driftStepsMax + window,
          );
    return [...places];
  }

  /** Where the last of several codes in a row can stand. */
  #runsOf(
    factor: KnownFactor,
    codes: readonly string[],
    span: Span,
    history: FactorHistory,
  ): readonly number[] {
    const ends = new Set<number>();
    const look = (first: number, last: number): void => {
      for (let place = Math.max(0, first); place <= last; place += 1)
        if (codes.every((code, at) => this.#codeAt(factor, place + at, history) === code))
          ends.add(place + codes.length - 1);
    };
    if (factor.kind === 'hotp') look(0, history.counterMost + resyncLookAhead);
    else
      for (const offset of span.offsets)
        look(stepOf(span.start + offset) - resyncSteps, stepOf(span.end + offset) + resyncSteps);
    return [...ends];
  }

  #codeAt(factor: KnownFactor, place: number, { codes }: FactorHistory): string {
    const known = codes.get(place);
    if (known !== undefined) return known;
    const code = ownCode(factor.secret, place);
    codes.set(place, code);
    return code;
  }

  #historyOf(id: string): FactorHistory {
    const known = this.#histories.get(id);
    if (known !== undefined) return known;
    const history: FactorHistory = { accepted: [], moved: [], counterMost: 0, codes: new Map() };
    this.#histories.set(id, history);
    return history;
  }
}

function stepOf(time: number): number {
  return Math.floor(time / periodSeconds);
}
