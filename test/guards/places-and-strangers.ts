import { inDecisions, type Guard } from './guard.ts';

const vault = 'packages/engine/src/vault.ts';
const vaultTest = 'packages/engine/src/vault.test.ts';
const movedTest = 'C18 CRYP-03 a sealed value that was moved does not open';
const parts = '[format, keyId, id.tenant, id.account, holder, purpose]';

/** What associated data are where one part is not in them. */
function withoutPart(part: string): Guard {
  return {
    rule: 8,
    guard: `a sealed value is bound to its ${part.replace('id.', '')}`,
    file: vault,
    find: parts,
    replace: parts.replace(part, "''"),
    test: { file: vaultTest, name: movedTest },
  };
}

/** Rules 8, 9 and 10: where a value opens, what a stranger learns, and the work that depends on no secret. */
export const placesAndStrangers: readonly Guard[] = [
  ...['id.tenant', 'id.account', 'holder', 'purpose'].map(withoutPart),
  {
    rule: 8,
    guard: 'each seal has a nonce of its own',
    file: vault,
    find: 'const nonce = platform.random.bytes(nonceBytes);',
    replace: 'const nonce = new Uint8Array(nonceBytes);',
    test: { file: vaultTest, name: 'CRYP-02 each seal draws a nonce of its own' },
  },
  {
    rule: 9,
    guard: 'advice is for whoever holds a ticket',
    file: inDecisions('verify-digits.ts'),
    find: 'const seeksClock = ticket !== undefined && ',
    replace: 'const seeksClock = ',
    test: { file: inDecisions('clock-advice.test.ts'), name: 'S28 is never given without an open ticket' },
  },
  {
    rule: 9,
    guard: 'an unknown account counts and locks as a known one',
    file: inDecisions('verify.ts'),
    find: 'const { typed } = attempt;',
    replace:
      "const { typed } = attempt;\n  if (account.factors.length === 0) return { kind: 'decided', record: account, events: [], messages: [], outcome: { outcome: 'rejected', reason: 'wrong', attemptsLeft: 4 } };",
    test: {
      file: inDecisions('verify.attempt-cap.test.ts'),
      name: 'S07 B8 an unknown account counts and locks just as a known one does',
    },
  },
  {
    rule: 9,
    guard: 'a lock on guesses lets a code of 80 bits pass',
    file: inDecisions('attempt.ts'),
    find: 'return !strong && isLocked(account.throttle',
    replace: 'return (strong || !strong) && isLocked(account.throttle',
    test: {
      file: inDecisions('verify.attempt-cap.test.ts'),
      name: 'B11 a lock on guesses lets a backup code of 80 bits pass',
    },
  },
  {
    rule: 9,
    guard: 'a spent code is answered as a wrong one',
    file: inDecisions('verify-digits.ts'),
    find: "{ ...about(spent), reason: 'wrong', logged: 'replayed', judged, purpose, ticket }",
    replace: "{ ...about(spent), reason: 'expired', logged: 'replayed', judged, purpose, ticket }",
    test: {
      file: 'test/threats/no-way-around.test.ts',
      name: 'A17 a wrong code, a spent code and a code for no such factor are answered alike',
    },
  },
  {
    rule: 9,
    guard: 'a caller does what the scopes of its key allow, and no more',
    file: 'packages/web/src/api/authenticate.ts',
    find: 'if (needed.some((scope) => caller.scopes.includes(scope))) return;',
    replace: 'if (needed.length > 0) return;',
    test: {
      file: 'packages/web/src/api/authenticate.test.ts',
      name: 'C12 each call is allowed by exactly the scopes of the table',
    },
  },
  {
    rule: 10,
    guard: 'every code of a resynchronisation is computed',
    file: inDecisions('find-codes.ts'),
    find: 'times -= whole;',
    replace: 'times -= whole;\n    if (whole !== 0) break;',
    test: { file: inDecisions('find-codes.test.ts'), name: 'OTP-16 every code of the range is computed' },
  },
  {
    rule: 10,
    guard: 'every code of a window is computed',
    file: 'packages/otp/src/truncate.ts',
    find: 'for (let first = 0; first < count; first += runMax) {\n    const length = Math.min(runMax, count - first);',
    replace: 'for (let first = 0; first < count && found < 0; first += 1) {\n    const length = 1;',
    test: {
      file: 'test/threats/otp-constant-work.test.ts',
      name: 'does not depend on whether or where a code matched',
    },
  },
  {
    rule: 10,
    guard: 'every hash of a set of backup codes is compared',
    file: inDecisions('verify-backup-code.ts'),
    find: 'found = start / hashBytes;',
    replace: 'return start / hashBytes;',
    test: {
      file: inDecisions('backup-codes.test.ts'),
      name: 'OTP-16 every hash of the set is compared, wherever the right one stands',
    },
  },
  {
    rule: 10,
    guard: 'a spent code opens no more secrets than a wrong one',
    file: inDecisions('judge-factor.ts'),
    find: 'const isReplayed = totp.verify(code, { at, window }) !== null;',
    replace:
      'const isReplayed = totp.verify(code, { at, window }) !== null;\n  if (isReplayed) openSecret(factor, context);',
    test: {
      file: 'test/threats/no-way-around.test.ts',
      name: 'A17 a wrong and a spent code cost the same',
    },
  },
];
