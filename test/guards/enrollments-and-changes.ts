import { inDecisions, type Guard } from './guard.ts';

const enrollTest = inDecisions('enroll.test.ts');
const manageTest = inDecisions('manage.test.ts');

/** Rules 6 and 7: an enrollment touches no active factor, and every change takes a fresh proof, once. */
export const enrollmentsAndChanges: readonly Guard[] = [
  {
    rule: 6,
    guard: 'what was begun without a proof dies when a factor becomes active',
    file: inDecisions('activate.ts'),
    find: "({ id, status, proved }) => id !== factor.id && (status !== 'pending' || proved),",
    replace: '({ id }) => id !== factor.id,',
    test: { file: enrollTest, name: 'a thief with the password begins before the owner does' },
  },
  {
    rule: 6,
    guard: 'an enrollment leaves the active factors as they are',
    file: inDecisions('enroll.ts'),
    find: 'factors: [...allowed.account.factors, factor] };',
    replace: 'factors: [factor] };',
    test: { file: enrollTest, name: 'C13 rule 6: an enrollment that is begun, left and begun again' },
  },
  {
    rule: 6,
    guard: 'a pending factor signs nobody in',
    file: inDecisions('verify-digits.ts'),
    find: "({ status, kind }) => status === 'active' && (",
    replace: "({ status, kind }) => status !== 'disabled' && (",
    test: { file: enrollTest, name: 'S10 LIFE-01 a factor is pending until a code of it was right' },
  },
  {
    rule: 6,
    guard: 'an active factor never gives way to a new one',
    file: inDecisions('enroll.ts'),
    find: "const oldest = account.factors.find(({ status }) => status === 'pending');",
    replace: 'const oldest = account.factors[0];',
    test: { file: enrollTest, name: 'S29 up to ten factors; unfinished ones give way' },
  },
  {
    rule: 6,
    guard: 'a pending factor dies of its age',
    file: 'packages/engine/src/account/account.ts',
    find: '.filter(({ expiresAt }) => expiresAt === null || expiresAt > now)\n    .map((factor) =>',
    replace: '.map((factor) =>',
    test: { file: enrollTest, name: 'a pending factor dies after fifteen minutes' },
  },
  {
    rule: 7,
    guard: 'a change of an enrolled account takes a proof',
    file: inDecisions('spend-proof.ts'),
    find: "if (found === undefined) throw new TidelockError('engine/proof-required');",
    replace: "if (found === null) throw new TidelockError('engine/proof-required');",
    test: { file: manageTest, name: 'C11 LIFE-03 renaming and revoking take a proof' },
  },
  {
    rule: 7,
    guard: 'a proof allows one change',
    file: inDecisions('spend-proof.ts'),
    find: 'return { ...account, proofs: account.proofs.filter((kept) => kept !== found) };',
    replace: 'return account;',
    test: {
      file: enrollTest,
      name: 'C8 C11 rule 7: an enrolled account takes no other factor without a proof',
    },
  },
  {
    rule: 7,
    guard: 'a proof of an act allows no change',
    file: inDecisions('spend-proof.ts'),
    find: ' && kept.actHash === null',
    replace: '',
    test: { file: manageTest, name: 'C11 renaming and cancelling spend their proof' },
  },
  {
    rule: 7,
    guard: 'a proof of a sign-in allows no change',
    file: inDecisions('spend-proof.ts'),
    find: 'kept.purpose === managePurpose && ',
    replace: '',
    test: {
      file: 'packages/web/src/api/calls/manage-factors.test.ts',
      name: 'a proof for a sign-in, a proof of a mere check',
    },
  },
  {
    rule: 7,
    guard: 'tickets and proofs die with the factor that gave them',
    file: inDecisions('revoke-factor.ts'),
    find: 'return { ...account, factors, tickets: [], proofs: [] };',
    replace: 'return { ...account, factors };',
    test: { file: manageTest, name: 'C11 C20 a thief who held a factor has nothing left' },
  },
  {
    rule: 7,
    guard: 'contacts of an enrolled account take a proof',
    file: inDecisions('set-contacts.ts'),
    find: 'const allowed = spendManageProof(account, proof, context);',
    replace: "const allowed = proof === '' ? spendManageProof(account, proof, context) : account;",
    test: {
      file: inDecisions('set-contacts.test.ts'),
      name: 'C11 LIFE-03 of an enrolled account take a proof',
    },
  },
  {
    rule: 7,
    guard: 'a proof is redeemed once',
    file: inDecisions('redeem-proof.ts'),
    find: 'proofs: account.proofs.filter((kept) => kept !== found) };',
    replace: 'proofs: account.proofs };',
    test: { file: inDecisions('verify.test.ts'), name: 'SESS-01 is redeemed once' },
  },
  {
    rule: 7,
    guard: 'a ticket is open on its own account alone',
    file: inDecisions('verify.ts'),
    find: '?? null;',
    replace: ';',
    test: { file: inDecisions('verify.test.ts'), name: 'A14 C7 a ticket of somebody else' },
  },
  {
    rule: 7,
    guard: 'a reset waits',
    file: inDecisions('reset.ts'),
    find: 'if (now < recovery.readyAt) {',
    replace: 'if (now < recovery.begunAt) {',
    test: { file: manageTest, name: 'F4 a reset removes nothing before its waiting time is over' },
  },
];
