import type { Account } from '../account/account.ts';
import type { MailedCode, MailedCodePurpose } from '../account/mailed-code.ts';
import type { Recovery } from '../account/recovery.ts';
import type { DecisionContext } from '../decisions/decision.ts';
import type { RecoveryView } from '../decisions/recovery/recovery-view.ts';
import { plainAccount, plainContacts, plainContext, plainNow, plainSealed } from './plain-context.ts';

const daySeconds = 86_400;

/** Who acts, and why. */
export const carol = { actor: 'carol', reason: 'lost phone' };

/** A context with mail, and a page that links open. */
export function mailingContext(): DecisionContext {
  return plainContext({ notices: { channel: 'email', locale: 'en', publicUrl: 'https://acme.example' } });
}

/** One that its owner began a minute ago, without a proof; its link is `nme`. */
export function plainRecovery(changes: Partial<Recovery> = {}): Recovery {
  return {
    id: 'rcv_0',
    begunBy: 'owner',
    begunAt: plainNow - 60,
    readyAt: null,
    actor: null,
    reason: null,
    proofs: {},
    notMeHashes: ['#nme'],
    ...changes,
  };
}

const proofs = { email: 1, password: 2 };

export const readyRecovery: Recovery = plainRecovery({ readyAt: plainNow - 1, proofs });
export const waitingRecovery: Recovery = plainRecovery({ readyAt: plainNow + 9.5, proofs });
export const waitingReset: Recovery = plainRecovery({
  begunBy: 'administrator',
  readyAt: plainNow + 9.5,
  ...carol,
});

/** What is told of {@link plainRecovery}. */
export function plainRecoveryView(changes: Partial<RecoveryView> = {}): RecoveryView {
  return {
    state: 'confirming',
    begunBy: 'owner',
    begunAt: plainNow - 60,
    readyAt: null,
    lapsesAt: plainNow - 60 + 3 * daySeconds,
    actor: null,
    reason: null,
    proofs: { email: 'needed', password: 'possible', administrator: 'possible', contact: 'possible' },
    ...changes,
  };
}

/** The code `ABCD2345`, mailed for the recovery. */
export function plainMailedCode(purpose: MailedCodePurpose, changes: Partial<MailedCode> = {}): MailedCode {
  return {
    id: 'cod_0',
    purpose,
    subject: 'rcv_0',
    sealedHash: plainSealed('#ABCD2345', `${purpose} rcv_0 cod_0`, 'mailed-code'),
    expiresAt: plainNow + 60,
    failures: 0,
    ...changes,
  };
}

/** An account with addresses, and somebody who may vouch. */
export function recoveringWith(recovery: Recovery | null, changes: Partial<Account> = {}): Account {
  return plainAccount({ recovery, contacts: plainContacts({ trusted: ['bob@example.org'] }), ...changes });
}
