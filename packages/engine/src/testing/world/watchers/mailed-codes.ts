import type { NoticeKind } from '../../../account/notice.ts';
import { valueOf, WorldViolation, type Act, type Watcher } from '../act.ts';
import { isAccepted, type Ledger } from '../ledger.ts';
import type { PostOffice } from './post-office.ts';

const lifeSeconds = 10 * 60;
/** What a commit and an answer may take besides. */
const delaySeconds = 60;

/** S25, C24, OOB-03: a mailed code is taken once, of this account and for what it was mailed for, and the newest of its kind alone. */
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
    if (!isAccepted(act)) return;
    if (act.call === 'activate') {
      const factor = this.#ledger.factors.get(act.request.factorId);
      if (factor?.isConfirmedByMail === true)
        this.#take(act, act.request.emailCode, ['activation-code'], factor.id);
    }
    if (act.call === 'confirmRecovery') {
      const isLastWord = valueOf(act)?.outcome === 'accepted' && isOver(act.answer);
      const isOfContact = act.request.from === 'contact';
      const kind = isLastWord ? 'recovery-last-code' : isOfContact ? 'contact-code' : 'recovery-code';
      this.#take(act, act.request.code, [kind]);
    }
    if (act.call === 'cancelByCode')
      this.#take(act, act.request.code, ['recovery-code', 'recovery-last-code']);
  }

  #take(act: Act, typed: unknown, kinds: readonly NoticeKind[], factorId: string | null = null): void {
    const code = String(typed);
    const { account, span } = act;
    const mailed = this.#post.mailed.get(code);
    if (mailed?.account !== account)
      throw new WorldViolation('S25', 'a code was taken that was not mailed to this account', act);
    if (!kinds.includes(mailed.kind) || (mailed.factorId ?? factorId) !== factorId)
      throw new WorldViolation('C24', 'a mailed code was taken for something else', { act, mailed });
    if (this.#spent.has(code)) throw new WorldViolation('rule 1', 'a mailed code was taken twice', act);
    this.#spent.add(code);
    for (const [other, newer] of this.#post.mailed)
      if (
        other !== code &&
        newer.account === account &&
        newer.kind === mailed.kind &&
        newer.factorId === mailed.factorId &&
        newer.at > mailed.at &&
        newer.at < span.start
      )
        throw new WorldViolation('A16', 'a mailed code outlived the next one', { act, mailed, newer });
    const isOld = span.start > mailed.at + lifeSeconds + delaySeconds;
    if (isOld && this.#wasSane(mailed.at - delaySeconds, span.end))
      throw new WorldViolation('S25', 'a mailed code outlived its time', { act, mailed });
  }
}

/** Whether the answer to a confirmation says that all is done. */
function isOver(answer: Act['answer']): boolean {
  return answer.kind === 'answered' && (answer.value as { readonly recovery?: unknown }).recovery === null;
}
