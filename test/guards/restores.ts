import { inDecisions, type Guard } from './guard.ts';

const file = inDecisions('bring-to-epoch.ts');
const testFile = 'packages/engine/src/restore-store.test.ts';

/** Rule 1 after a backup was brought back: what may have been spent since it was made is spent. */
export const restores: readonly Guard[] = [
  {
    rule: 1,
    guard: 'after a restore, every step that may have been accepted is spent',
    file,
    find: 'Math.max(lastStep ?? 0, present + ahead + window)',
    replace: 'Math.max(lastStep ?? 0, 0)',
    test: { file: testFile, name: 'A1 S08 a code that was accepted after the backup is refused' },
  },
  {
    rule: 1,
    guard: 'after a restore, the steps of a clock and a device ahead are spent, too',
    file,
    find: 'Math.max(lastStep ?? 0, present + ahead + window)',
    replace: 'Math.max(lastStep ?? 0, present + window)',
    test: { file: testFile, name: 'A1 no code that anything could have accepted before is accepted' },
  },
  {
    rule: 1,
    guard: 'after a restore, backup codes are none',
    file,
    find: 'backupCodes: null,',
    replace: '',
    test: { file: testFile, name: 'A2 S41 backup codes, spent or not, are none' },
  },
  {
    rule: 1,
    guard: 'after a restore, a counter is given up',
    file,
    find: "return { ...factor, status: 'disabled' };",
    replace: 'return factor;',
    test: { file: testFile, name: 'S31 a counter is switched off' },
  },
  ...(
    [
      ['tickets', 'tickets: [],'],
      ['proofs', 'proofs: [],'],
      ['recoveries', 'recovery: null,'],
      [
        'the sessions of an application',
        'sessionsEndedAt: endOfSessions(account, bound.length > 0, restoredAt),',
      ],
    ] as const
  ).map(([what, find]): Guard => ({
    rule: 1,
    guard: `after a restore, ${what} from before are over`,
    file,
    find,
    replace: '',
    test: { file: testFile, name: 'A14 C19 C20 tickets, proofs, trusted browsers' },
  })),
  {
    rule: 3,
    guard: 'after a restore, who enrolled since the backup does not look recovered',
    file,
    find: 'return isBound ?',
    replace: 'return true ?',
    test: { file: testFile, name: 'C17 rule 3: whoever proved an enrollment after the backup' },
  },
  {
    rule: 1,
    guard: 'a process that ran on while a backup was brought back looks again each second',
    file: 'packages/engine/src/epoch-watch.ts',
    find: 'if (age >= 0 && age <= identitySeconds) return;',
    replace: 'if (age >= 0) return;',
    test: { file: testFile, name: 'a process that ran on while a backup was brought back notices' },
  },
  {
    rule: 1,
    guard: 'a record of a later epoch is refused',
    file: 'packages/engine/src/epoch-watch.ts',
    find: 'if (ofRecord <= known.number) return known;',
    replace: 'if (ofRecord >= 0) return known;',
    test: { file: testFile, name: 'a process that ran on while a backup was brought back notices' },
  },
];
