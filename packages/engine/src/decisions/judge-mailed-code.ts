import type { Account } from '../account/account.ts';
import { holderOf, readMailedCode, withoutCodes, type MailedCode } from '../account/mailed-code.ts';
import type { Failure, Unreadable } from './attempt.ts';
import type { DecisionContext } from './decision.ts';

/** What a typed code is to the one that was mailed; the account is as it stands afterwards. */
export type MailedJudgement =
  | { readonly outcome: 'accepted'; readonly account: Account }
  | {
      readonly outcome: 'refused';
      readonly account: Account;
      readonly failure: Pick<Failure, 'reason' | 'logged'>;
    }
  | Unreadable;

const encoder = new TextEncoder();

/**
 * Judges what was typed against the code that was mailed for this purpose and subject, and spends it where it is right. The
 * caller has asked whether the account is locked, and counts a refusal on it (rule 2, B8, B9).
 */
export function judgeMailedCode(
  account: Account,
  { typed, ...wanted }: Pick<MailedCode, 'purpose' | 'subject'> & { readonly typed: unknown },
  context: DecisionContext,
): MailedJudgement {
  const { id, platform, policy, vault } = context;
  const code = readMailedCode(typed);
  if (code === null)
    return { outcome: 'refused', account, failure: { reason: 'malformed', logged: 'malformed-mailed-code' } };
  const mailed = account.mailedCodes.find(
    ({ purpose, subject }) => purpose === wanted.purpose && subject === wanted.subject,
  );
  if (mailed === undefined)
    return { outcome: 'refused', account, failure: { reason: 'expired', logged: 'no-mailed-code' } };
  const opened = vault.open(mailed.sealedHash, { id, holder: holderOf(mailed), purpose: 'mailed-code' });
  if (opened.outcome !== 'opened') return { outcome: 'unreadable', code: `vault/${opened.outcome}` };
  const others = withoutCodes(account.mailedCodes, wanted);
  // SECURITY: rule 1, it is spent in the commit that it allows.
  if (platform.equal(opened.plaintext, encoder.encode(platform.digest(code))))
    return { outcome: 'accepted', account: { ...account, mailedCodes: others } };
  const failures = mailed.failures + 1;
  // SECURITY: OOB-02, a code dies of its last try.
  const left = failures < policy.mailedCodeTries ? [...others, { ...mailed, failures }] : others;
  return {
    outcome: 'refused',
    account: { ...account, mailedCodes: left },
    failure: { reason: 'wrong', logged: 'wrong-mailed-code' },
  };
}
