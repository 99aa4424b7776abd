import type { Account } from '../account/account.ts';
import type { EventDraft } from '../account/audit-event.ts';
import type { Epoch } from '../account/epoch.ts';
import type { Factor, HotpFactor, TotpFactor } from '../account/factor.ts';
import type { Recovery } from '../account/recovery.ts';
import { noTrust } from '../account/trusted-browser.ts';
import type { Policy } from '../policy.ts';

/** An account as it stands after a backup was brought back, and what is logged of that. */
export interface BroughtAccount {
  readonly account: Account;
  readonly events: readonly EventDraft[];
}

/** Clocks of two servers differ: by as much as `tidelock serve` lets them without a warning (`clock-watch.ts`). */
const clockLeadSeconds = 30;

/**
 * The account without all that may have been used up after the backup that it comes of was made (rule 1). The same
 * object where there is nothing of that kind, or where it is of this epoch already.
 *
 * SECURITY: A1, S08: a record that was brought back does not know what was spent after it. So all of it counts as spent:
 * every step up to the restore, all backup codes, all counters, everything that was open (`bring-to-epoch.test.ts`).
 */
export function bringToEpoch(
  account: Account,
  { number, restoredAt }: Epoch,
  policy: Pick<Policy, 'window' | 'driftStepsMax'>,
): BroughtAccount {
  if (account.epoch >= number || !hasAnything(account)) return { account, events: [] };
  const bound = account.factors.filter(({ status }) => status !== 'pending');
  const lost = bound.filter((factor) => factor.kind === 'hotp' && factor.status === 'active');
  return {
    account: {
      ...account,
      epoch: number,
      factors: bound.map((factor) => spendFactor(factor, restoredAt, policy)),
      backupCodes: null,
      tickets: [],
      proofs: [],
      trust: noTrust,
      mailedCodes: [],
      recovery: null,
      sessionsEndedAt: endOfSessions(account, bound.length > 0, restoredAt),
    },
    events: [
      { kind: 'account-restored', until: restoredAt, codesLeft: 0 },
      ...lost.map(({ id, kind }) => disabled(id, kind)),
      ...(account.recovery === null ? [] : [stopped(account.recovery)]),
    ],
  };
}

/**
 * A recovery that was carried out after the backup had ended sessions, and nobody knows of it any more.
 * SECURITY: rule 3, an end of sessions and no factor is how a gate knows an account that was recovered, and lets it in: whoever
 * enrolled after the backup must stay a fault (`restore-store.test.ts`).
 */
function endOfSessions(
  { sessionsEndedAt }: Account,
  isBound: boolean,
  restoredAt: number,
): Account['sessionsEndedAt'] {
  return isBound ? Math.max(sessionsEndedAt ?? 0, Math.ceil(restoredAt)) : sessionsEndedAt;
}

/** Whether anything is there that could be used up. */
function hasAnything({ factors, backupCodes, recovery, ...lists }: Account): boolean {
  const { tickets, proofs, mailedCodes, trust } = lists;
  return (
    backupCodes !== null ||
    recovery !== null ||
    [factors, tickets, proofs, mailedCodes, trust.browsers].some(({ length }) => length > 0)
  );
}

function spendFactor(
  factor: Factor,
  restoredAt: number,
  policy: Pick<Policy, 'window' | 'driftStepsMax'>,
): Factor {
  return factor.kind === 'totp' ? spendSteps(factor, restoredAt, policy) : giveUpCounter(factor);
}

/** The last step that could have been accepted: at the restore, by a clock and a device that go ahead, at the end of the window. */
function spendSteps(
  factor: TotpFactor,
  restoredAt: number,
  { window, driftStepsMax }: Pick<Policy, 'window' | 'driftStepsMax'>,
): TotpFactor {
  const { drift, lastStep, periodSeconds } = factor;
  const present = Math.floor((restoredAt + clockLeadSeconds) / periodSeconds);
  // What codes may have taught since the backup. A device that was behind may have been put right meanwhile.
  const ahead = Math.max(0, Math.ceil(drift.mean), Math.ceil(drift.resynced) + driftStepsMax);
  return { ...factor, lastStep: Math.max(lastStep ?? 0, present + ahead + window) };
}

/**
 * SECURITY: S31, nobody knows where the counter stands: two codes that somebody saw would stand one after the other, too, so
 * that a resynchronisation would take them again. The token is bound anew (`docs/decisions/0011`).
 */
function giveUpCounter(factor: HotpFactor): HotpFactor {
  return { ...factor, status: 'disabled' };
}

function disabled(factorId: string, method: string): EventDraft {
  return { kind: 'factor-disabled', factorId, method, reason: 'restored' };
}

function stopped({ begunBy }: Recovery): EventDraft {
  return { kind: begunBy === 'owner' ? 'recovery-cancelled' : 'reset-cancelled', method: 'restored' };
}
