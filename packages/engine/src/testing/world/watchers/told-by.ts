import type { AuditEventKind } from '../../../account/audit-event.ts';
import type { Act, CallName, Calls } from '../act.ts';

type Teller<Name extends CallName> = (value: Calls[Name]['value']) => readonly AuditEventKind[];

/** What a call that takes a code has left, if it was right. */
function judged(
  { outcome }: { readonly outcome: 'accepted' | 'rejected' | 'locked' },
  accepted: readonly AuditEventKind[],
): readonly AuditEventKind[] {
  if (outcome === 'accepted') return accepted;
  return outcome === 'rejected' ? ['verification-rejected'] : [];
}

/** Which events each answer vouches for; a call that is not here, for none. */
const tellers: { readonly [Name in CallName]?: Teller<Name> } = {
  enroll: ({ emailCode }) =>
    emailCode === undefined ? ['factor-enrolled'] : ['factor-enrolled', 'code-sent'],
  challenge(value) {
    if (value.required) return ['challenge-opened'];
    return value.trusted === true ? ['trusted-browser-used'] : [];
  },
  verify: (value) =>
    judged(
      value,
      'trustToken' in value && value.trustToken !== undefined
        ? ['verification-accepted', 'browser-trusted']
        : ['verification-accepted'],
    ),
  activate: (value) =>
    judged(
      value,
      'backupCodes' in value && value.backupCodes !== undefined
        ? ['factor-activated', 'backup-codes-generated']
        : ['factor-activated'],
    ),
  resync: (value) => judged(value, ['factor-resynchronised']),
  redeem: ({ outcome }) => (outcome === 'accepted' ? ['proof-redeemed'] : []),
  beginRecovery: ({ expiresAt }) => (expiresAt === null ? [] : ['code-sent']),
  confirmRecovery: (value) =>
    judged(value, value.outcome === 'accepted' && value.recovery === null ? ['reset-completed'] : []),
  cancelByCode: (value) => judged(value, ['reset-cancelled']),
  regenerate: () => ['backup-codes-generated'],
  rename: () => ['factor-renamed'],
  revoke: () => ['factor-revoked'],
  setContacts: () => ['contacts-changed'],
  unlock: () => ['unlocked'],
  completeReset: () => ['reset-completed'],
  cancelReset: () => ['reset-cancelled'],
  cancelByLink: () => ['reset-cancelled'],
  freeze: () => ['recovery-frozen'],
  unfreeze: () => ['recovery-unfrozen'],
  unfreezeFor: () => ['recovery-unfrozen'],
  resend: () => ['code-sent'],
  setRequirement: () => ['requirement-changed'],
};

/** The events that an answer vouches for. */
export function toldBy({ call, answer }: Act): readonly AuditEventKind[] {
  if (answer.kind !== 'answered') return [];
  const tell = tellers[call] as ((value: unknown) => readonly AuditEventKind[]) | undefined;
  return tell?.(answer.value) ?? [];
}
