import { WorldViolation, type Act, type Watcher } from '../act.ts';
import { isAccepted, type Ledger } from '../ledger.ts';
import type { PostOffice } from './post-office.ts';

const lifeSeconds = 10 * 60;
/** What a commit and an answer may take besides. */
const delaySeconds = 60;

/** S25: a device that a mail confirms becomes active by a code that was mailed to this account, lately, and once. */
export class MailedCodes implements Watcher {
  readonly #ledger: Ledger;
  readonly #post: PostOffice;
  readonly #wasSane: (start: number, end: number) => boolean;
  readonly #spent = new Set<string>();

  constructor(ledger: Ledger, post: PostOffice, wasSane: (start: number, end: number) => boolean) {
    this.#ledger = ledger;
    this.#post = post;
    this.#wasSane = wasSane;
  }

  saw(act: Act): void {
    if (act.call !== 'activate' || !isAccepted(act)) return;
    const factor = this.#ledger.factors.get(act.request.factorId);
    if (factor?.isConfirmedByMail !== true) return;
    const code = act.request.emailCode ?? '';
    const mailed = this.#post.mailed.get(code);
    if (mailed?.account !== act.account)
      throw new WorldViolation('S25', 'a device became active without the code that was mailed', act);
    if (this.#spent.has(code)) throw new WorldViolation('rule 1', 'a mailed code was taken twice', act);
    this.#spent.add(code);
    const isOld = act.span.start > mailed.at + lifeSeconds + delaySeconds;
    if (isOld && this.#wasSane(mailed.at - delaySeconds, act.span.end))
      throw new WorldViolation('S25', 'a mailed code outlived its time', { act, mailed });
  }
}
