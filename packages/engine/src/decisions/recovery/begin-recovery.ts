import { isEnrolled, type Account } from '../../account/account.ts';
import { lapseOf, stateOf, type Recovery } from '../../account/recovery.ts';
import { TidelockError } from '../../tidelock-error.ts';
import { decided, newToken, type Decided, type DecisionContext } from '../decision.ts';
import { canMail, mailCode } from '../mail-code.ts';
import { enterStage } from './advance-recovery.ts';
import { hasTrusted, viewRecovery, type RecoveryView } from './recovery-view.ts';

export interface BeginRecoveryCommand {
  /** Whom a code is mailed to: the owner, or (`contact`) those whom the owner trusts to vouch. */
  readonly to: 'owner' | 'contact';
}

/** Where it stands, and where a code went; nothing is sent where none would be of use. */
export interface RecoveryBegun extends RecoveryView {
  readonly sentTo: readonly string[];
  /** When the code is dead, seconds since the epoch; null where none was mailed. */
  readonly expiresAt: number | null;
}

/**
 * Begins the recovery of somebody who lost every factor, or goes on with one: mails the code that it waits for. Asked again, it
 * neither shortens a waiting time nor begins one anew. SECURITY: C1, nothing is removed here (`recovery.around.test.ts`).
 *
 * @throws TidelockError `engine/no-active-factor`, `engine/recovery-frozen`, `engine/recovery-unavailable`, `engine/rate-limited`, `vault/…`
 */
export function beginRecovery(
  account: Account,
  { to }: BeginRecoveryCommand,
  context: DecisionContext,
): Decided<RecoveryBegun> {
  if (!isEnrolled(account)) throw new TidelockError('engine/no-active-factor');
  if (account.recoveryFrozenAt !== null) throw new TidelockError('engine/recovery-frozen');
  if (!canMail(account, context) || (to === 'contact' && !hasTrusted(account, context)))
    throw new TidelockError('engine/recovery-unavailable');
  const stage = account.recovery === null ? begin(account, context) : { account, events: [] };
  const recovery = stage.account.recovery!;
  const purpose = purposeOf(recovery, to, context);
  const view = (record: Account) => viewRecovery(record, context)!;
  if (purpose === null) return decided(account, { ...view(account), sentTo: [], expiresAt: null });
  const mailed = mailCode(stage.account, { purpose, subject: recovery.id }, context);
  return {
    ...stage,
    kind: 'decided',
    record: mailed.account,
    events: [...stage.events, mailed.event],
    messages: mailed.messages,
    outcome: { ...view(mailed.account), ...mailed.sent },
  };
}

function begin(account: Account, context: DecisionContext) {
  const recovery: Recovery = {
    id: newToken('rcv', context),
    begunBy: 'owner',
    begunAt: context.now,
    readyAt: null,
    actor: null,
    reason: null,
    proofs: {},
    notMeHashes: [],
  };
  const event = { kind: 'recovery-begun', until: lapseOf(recovery, context.policy) } as const;
  return enterStage(account, recovery, [event], context);
}

/** Which code is wanted next; null where none is. */
function purposeOf(recovery: Recovery, to: BeginRecoveryCommand['to'], { now }: DecisionContext) {
  if (recovery.begunBy !== 'owner') return null;
  const state = stateOf(recovery, now);
  if (state === 'waiting') return null;
  if (state === 'ready') return to === 'owner' ? 'carry-out' : null;
  if (to === 'contact') return recovery.proofs.contact === undefined ? 'vouch' : null;
  return recovery.proofs.email === undefined ? 'recover' : null;
}
