import { inDecisions, type Guard } from './guard.ts';

const inRecovery = (name: string): string => inDecisions(`recovery/${name}`);
const recovery = 'packages/engine/src/account/recovery.ts';
const around = inRecovery('recovery.around.test.ts');
const stopped = inRecovery('recovery.stopped.test.ts');
const requirements = inDecisions('requirements.test.ts');

/** What came with the way back of somebody who lost everything, with requirements, erasures and rotations. */
export const recoveriesAndKeys: readonly Guard[] = [
  {
    rule: 1,
    guard: 'a mailed code is spent',
    file: inDecisions('judge-mailed-code.ts'),
    find: "return { outcome: 'accepted', account: { ...account, mailedCodes: others } };",
    replace: "return { outcome: 'accepted', account: { ...account, mailedCodes: account.mailedCodes } };",
    test: { file: around, name: 'C24 codes of one stage, one recovery or one account are none of another' },
  },
  {
    rule: 1,
    guard: 'a mailed code dies when another one is mailed',
    file: inDecisions('mail-code.ts'),
    find: 'mailedCodes: [...withoutCodes(account.mailedCodes, order), mailed],',
    replace: 'mailedCodes: [...account.mailedCodes, mailed],',
    test: {
      file: inDecisions('replace-factor.test.ts'),
      name: 'A16 OOB-02 is dead once a new one was mailed',
    },
  },
  {
    rule: 2,
    guard: 'guesses at mailed codes count with the guesses',
    file: inRecovery('take-recovery-code.ts'),
    find: "{ typed: { form: 'malformed' }, strong: false }",
    replace: "{ typed: { form: 'malformed' }, strong: true }",
    test: {
      file: around,
      name: 'B1 B5 B9 guesses count on the account and lock it, whatever was mailed between',
    },
  },
  {
    rule: 3,
    guard: 'whoever is overdue gets no ticket',
    file: inDecisions('challenge.ts'),
    find: "standing.outcome === 'overdue' && command.purpose !== managePurpose",
    replace: "standing.outcome === 'overdue' && command.purpose === ''",
    test: { file: requirements, name: 'S23 LIFE-19 without grace nobody gets in before a factor is active' },
  },
  {
    rule: 3,
    guard: 'the time to enroll is begun once',
    file: 'packages/engine/src/account/requirement.ts',
    find: 'Math.min(account.graceStartedAt ?? now, now)',
    replace: 'now',
    test: { file: requirements, name: 'S23 with a period of grace, somebody signs in until it ends' },
  },
  {
    rule: 7,
    guard: 'a recovery waits',
    file: recovery,
    find: "return now < readyAt ? 'waiting' : 'ready';",
    replace: "return readyAt < 0 ? 'waiting' : 'ready';",
    test: { file: inRecovery('recovery.test.ts'), name: 'S30 C1 LIFE-08 gets back by a mailed code' },
  },
  {
    rule: 7,
    guard: 'a recovery takes the mailed code and a second proof',
    file: recovery,
    find: 'return proofs.email !== undefined && secondProofs',
    replace: 'return proofs.email !== undefined || secondProofs',
    test: { file: around, name: 'C1 LIFE-11 a new password alone removes nothing' },
  },
  {
    rule: 7,
    guard: 'a link that stops a recovery is of that recovery',
    file: inRecovery('cancel-recovery.ts'),
    find: 'recovery?.notMeHashes.includes(platform.digest(token)) !== true',
    replace: "recovery === null || platform.digest(token) === ''",
    test: { file: stopped, name: 'C24 a link is of one recovery' },
  },
  {
    rule: 7,
    guard: 'a link freezes once',
    file: inRecovery('freeze-recovery.ts'),
    find: 'mailedCodes: [],\n    recovery: null,',
    replace: 'mailedCodes: [],',
    test: { file: stopped, name: 'C24 of 20 clicks at once one freezes' },
  },
  {
    rule: 7,
    guard: 'who demands a factor of others has shown one that counts',
    file: 'packages/engine/src/desks/requirement-desk.ts',
    find: "if (proved.outcome !== 'accepted' || !kinds.includes(proved.method))",
    replace: "if (proved.outcome !== 'accepted' || kinds.length === 0)",
    test: {
      file: requirements,
      name: 'C23 a proof of another account, and a backup code, change no requirement',
    },
  },
  {
    rule: 7,
    guard: 'an erasure of an enrolled account takes a proof',
    file: inDecisions('erase.ts'),
    find: "  spendManageProof(account, 'administrator' in command ? undefined : command.proof, context);\n",
    replace: '',
    test: { file: inDecisions('erase.test.ts'), name: 'C11 takes a proof of an enrolled account' },
  },
  {
    rule: 8,
    guard: 'a rotation retires no key that still seals something',
    file: 'packages/engine/src/key-rotation.ts',
    find: 'id !== sealingKey && !sealed.has(id)',
    replace: 'id !== sealingKey',
    test: { file: 'packages/engine/src/key-rotation.test.ts', name: 'messages that wait hold their key' },
  },
];
