import { valueOf, WorldViolation, type Act, type Watcher } from '../act.ts';
import { isAccepted, type Ledger } from '../ledger.ts';

const waitSeconds = 24 * 3600;

/** F4: a reset is carried out after its waiting time, and not where it was never begun, or was cancelled: by a proof, or by a sign-in with a device. */
export class Resets implements Watcher {
  readonly #ledger: Ledger;
  readonly #wasSaneSince: (start: number) => boolean;
  readonly #skewSeconds: number;

  constructor(ledger: Ledger, wasSaneSince: (start: number) => boolean, skewSeconds: number) {
    this.#ledger = ledger;
    this.#wasSaneSince = wasSaneSince;
    this.#skewSeconds = skewSeconds;
  }

  saw(act: Act): void {
    if (act.call !== 'completeReset' || !isAccepted(act)) return;
    const acts = this.#ledger.actsOf(act.account);
    const ends = acts.filter(
      (before) =>
        (before.call === 'cancelReset' ||
          before.call === 'completeReset' ||
          isSignInByDevice(before, this.#ledger)) &&
        isAccepted(before) &&
        before.span.end < act.span.start,
    );
    const begun = acts.filter(
      (before) =>
        before.call === 'reset' &&
        (isAccepted(before) || before.span.isInDoubt) &&
        !ends.some(({ span }) => span.start > before.span.settled),
    );
    const first = begun[0];
    if (first === undefined) throw new WorldViolation('F4', 'a reset that nobody began was carried out', act);
    const waited = act.span.end - Math.min(...begun.map(({ span }) => span.start));
    if (waited < waitSeconds - 2 * this.#skewSeconds && this.#wasSaneSince(first.span.start))
      throw new WorldViolation('F4', 'a reset did not wait', { act, waited, begun });
  }
}

/** S30: whoever signs in with a device has not lost it, and a recovery is over. */
function isSignInByDevice(act: Act, { grants }: Ledger): boolean {
  if (act.call !== 'verify' || act.request.ticket === undefined) return false;
  const value = valueOf(act);
  if (value?.outcome !== 'accepted' || value.method === 'backupCode') return false;
  return grants.get(act.request.ticket)?.purpose === 'login';
}
