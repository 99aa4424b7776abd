import { WorldViolation, valueOf, type Act, type ActOf, type Watcher } from '../act.ts';
import { isAccepted, type Grant, type Ledger } from '../ledger.ts';

const ticketFailuresMax = 5;

/** Rules 1, 3, 6 and 7: tickets, proofs, backup codes and trusted browsers open what they were given for, once, and die in time. */
export class Grants implements Watcher {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  saw(act: Act): void {
    if (act.call === 'verify') this.#sawVerification(act);
    if (act.call === 'challenge') this.#sawChallenge(act);
    if (act.call === 'activate') this.#sawActivation(act);
    if (!isAccepted(act)) return;
    if (act.call === 'redeem') {
      const { proof, purpose, actHash = null } = act.request;
      const grant = this.#mustBeUsable(act, proof, 'proof');
      if (grant.purpose !== purpose || grant.actHash !== actHash)
        throw new WorldViolation('rule 7', 'a proof was redeemed for something else', { act, grant });
      this.#ledger.spend(proof, act.span);
    }
    if (act.call === 'setRequirement' || act.call === 'setRequirements') this.#sawDemand(act);
    if (act.call === 'eraseUnenrolled' && this.#ledger.isSurelyEnrolled(act.account, act.span))
      throw new WorldViolation('rule 7', 'an account that has a factor was erased without a proof', act);
    if (changes.has(act.call) && !('token' in act.request)) this.#sawChange(act);
  }

  /** C23: whoever demands a factor of others shows one of their own that would count. */
  #sawDemand(act: ActOf<'setRequirement'> | ActOf<'setRequirements'>): void {
    const { author, wish } = act.request;
    if (author === undefined) return;
    const grant = this.#mustBeUsable({ ...act, account: author.account }, author.proof, 'proof');
    const kinds: readonly string[] = wish?.level === 'required' ? (wish.kinds ?? allKinds) : allKinds;
    if (grant.purpose !== 'manage' || grant.actHash !== null || !kinds.includes(grant.method))
      throw new WorldViolation('C23', 'a requirement was changed by a proof that does not count', {
        act,
        grant,
      });
    this.#ledger.spend(author.proof, act.span);
  }

  /** Rule 7: a change of an account that has an active factor. */
  #sawChange(act: Act): void {
    if (!this.#ledger.isSurelyEnrolled(act.account, act.span)) return;
    const { proof } = act.request as { readonly proof?: string };
    if (proof === undefined) throw new WorldViolation('rule 7', 'a change was made without a proof', act);
    const grant = this.#mustBeUsable(act, proof, 'proof');
    if (grant.purpose !== 'manage' || grant.actHash !== null)
      throw new WorldViolation('rule 7', 'a proof of something else allowed a change', { act, grant });
  }

  #sawVerification(act: ActOf<'verify'>): void {
    const value = valueOf(act);
    const { ticket, code } = act.request;
    // What is told without a ticket is told to strangers.
    if (value?.outcome === 'rejected' && ticket === undefined)
      if (value.advice !== undefined || value.reason === 'expired')
        throw new WorldViolation('rule 9', 'a stranger was told more than that a code was wrong', act);
    if (value?.outcome !== 'accepted') return;
    if (value.method === 'backupCode') this.#mustBeUsable(act, String(code), 'backupCode');
    const grant = ticket === undefined ? undefined : this.#mustBeUsable(act, ticket, 'ticket');
    if (grant !== undefined && this.#failuresOf(grant, act) >= ticketFailuresMax)
      throw new WorldViolation('rule 2', 'a ticket outlived its failures', act);
    if (value.trustToken === undefined) return;
    if (value.method === 'backupCode' || grant?.purpose !== 'login' || grant.actHash !== null)
      throw new WorldViolation('rule 7', 'a browser was trusted that must not be', { act, grant });
  }

  #failuresOf({ token }: Grant, { account, span }: Act): number {
    return this.#ledger.actsOf(account).filter((before) => {
      if (before.call !== 'verify' || before.request.ticket !== token || before.span.end >= span.start)
        return false;
      const value = valueOf(before);
      return value?.outcome === 'rejected' && value.reason === 'wrong';
    }).length;
  }

  #sawChallenge(act: ActOf<'challenge'>): void {
    const value = valueOf(act);
    if (value === null || value.required) return;
    const { trustToken, expected, purpose, actHash } = act.request;
    if (value.trusted === true) {
      this.#mustBeUsable(act, trustToken ?? '', 'trust');
      if (purpose !== 'login' || actHash !== undefined)
        throw new WorldViolation('rule 7', 'a trusted browser opened more than a sign-in', act);
      return;
    }
    if (expected === 'enrolled')
      throw new WorldViolation('rule 3', 'an account that is expected to be enrolled got a free pass', act);
    if (this.#ledger.isSurelyEnrolled(act.account, act.span))
      throw new WorldViolation('rule 3', 'an enrolled account was asked for nothing', act);
  }

  /** Rule 6: what was begun without a proof dies when any factor becomes active; everything dies of its age, and of a change. */
  #sawActivation(act: ActOf<'activate'>): void {
    if (!isAccepted(act)) return;
    const factor = this.#ledger.factors.get(act.request.factorId);
    if (factor === undefined) return;
    const { enrolled, mayBeProved, account } = factor;
    const pendingSeconds = 15 * 60;
    if (act.span.clockMin > enrolled.clockMax + pendingSeconds + 1)
      throw new WorldViolation('rule 6', 'an enrollment outlived its time', { act, factor });
    const killer = this.#ledger
      .factorsOf(account)
      .find(
        ({ id, active }) =>
          id !== factor.id && active !== null && active.start > enrolled.end && active.end < act.span.start,
      );
    if (killer !== undefined && !mayBeProved)
      throw new WorldViolation('rule 6', 'an enrollment without a proof outlived an activation', {
        act,
        killer,
      });
    const grant: Grant = { ...blankGrant, account, issued: enrolled };
    const end = this.#ledger.endOf(grant, act.span);
    if (end !== undefined)
      throw new WorldViolation('rule 6', 'an enrollment outlived a change', { act, factor, end });
  }

  #mustBeUsable(act: Act, token: string, kind: Grant['kind']): Grant {
    const grant = this.#ledger.grants.get(token);
    const { span, account } = act;
    if (grant === undefined || grant.kind !== kind || grant.account !== account)
      throw new WorldViolation('rule 7', `a ${kind} of nobody, or of somebody else, was taken`, {
        act,
        grant,
      });
    if (grant.spent !== null) throw new WorldViolation('rule 1', `a spent ${kind} was taken`, { act, grant });
    if (span.clockMin > grant.issued.clockMax + grant.lifeSeconds + 1)
      throw new WorldViolation('rule 7', `a ${kind} outlived its time`, { act, grant });
    const end = this.#ledger.endOf(grant, span);
    if (end !== undefined)
      throw new WorldViolation('rule 7', `a ${kind} outlived a change`, { act, grant, end });
    return grant;
  }
}

const changes: ReadonlySet<string> = new Set([
  'enroll',
  'regenerate',
  'rename',
  'revoke',
  'setContacts',
  'cancelReset',
  'erase',
  'freeze',
  'unfreeze',
]);

const allKinds: readonly string[] = ['totp', 'hotp'];

const blankGrant = {
  kind: 'ticket',
  token: '',
  purpose: '',
  actHash: null,
  method: '',
  lifeSeconds: Infinity,
  spent: null,
} as const;
