import { expect, test } from 'vitest';
import { auditEventKinds, type AuditEventKind, type EventDraft } from './audit-event.ts';
import {
  isAboutRecovery,
  neverNoticed,
  noteNotice,
  noticeKindOf,
  noticeKinds,
  stopsRecovery,
  type NoticeKind,
} from './notice.ts';

/** Kinds of event that are told of under their own name, whatever stands beside them. */
const told: readonly string[] = [
  'factor-activated',
  'factor-revoked',
  'factor-disabled',
  'locked',
  'unlocked',
  'backup-codes-generated',
  'reset-begun',
  'reset-cancelled',
  'reset-completed',
  'recovery-begun',
  'recovery-proved',
  'recovery-waiting',
  'recovery-cancelled',
  'recovery-frozen',
  'recovery-unfrozen',
  'recovery-completed',
  'contacts-changed',
  'account-erased',
  'account-restored',
];

test('LIFE-04 each act that its owner must hear of is told of under its own name, and no other is', () => {
  for (const kind of Object.keys(auditEventKinds) as AuditEventKind[])
    expect(noticeKindOf({ kind }, [{ kind }]), kind).toBe(told.includes(kind) ? kind : null);
});

test('LIFE-10 a backup code is told of, and more urgently when few are left; other codes are not', () => {
  const used = (members: Partial<EventDraft>) =>
    noticeKindOf({ kind: 'verification-accepted', method: 'backupCode', ...members }, []);
  expect(used({ codesLeft: 4 })).toBe('backup-code-used');
  expect(used({ codesLeft: 3 })).toBe('backup-codes-low');
  expect(used({})).toBe('backup-codes-low');
  expect(used({ method: 'totp', codesLeft: 4 })).toBeNull();
});

test('LOG-08 a wrong code is told of where the password was right, and a lock of the same moment says it better', () => {
  const wrong = { kind: 'verification-rejected', reason: 'wrong', purpose: 'login' } as const;
  const { purpose, ...check } = wrong;
  expect(purpose).toBe('login');
  expect(noticeKindOf(wrong, [wrong])).toBe('wrong-code');
  expect(noticeKindOf({ ...wrong, reason: 'replayed' }, [])).toBe('wrong-code');
  for (const event of [check, { ...wrong, purpose: 'check' }, { ...wrong, reason: 'malformed' }])
    expect(noticeKindOf(event, [event])).toBeNull();
  expect(noticeKindOf(wrong, [wrong, { kind: 'locked' }])).toBeNull();
});

test('one message says what two events say together', () => {
  const codes = { kind: 'backup-codes-generated' } as const;
  expect(noticeKindOf(codes, [{ kind: 'factor-activated' }, codes])).toBeNull();
  const proved = { kind: 'recovery-proved' } as const;
  expect(noticeKindOf(proved, [proved, { kind: 'recovery-waiting' }])).toBeNull();
  expect(noticeKindOf({ kind: 'recovery-waiting' }, [proved])).toBe('recovery-waiting');
});

test('E1 F3 wrong codes and locks are told of once in a while each, and all else at once', () => {
  const note = (last: typeof neverNoticed, kind: NoticeKind) =>
    noteNotice(last, kind, { now: 1000, noticePauseSeconds: 100 });
  const last = { wrongCodeAt: 900, lockedAt: 900 };
  expect(note(last, 'wrong-code')).toEqual({ wrongCodeAt: 1000, lockedAt: 900 });
  expect(note(last, 'locked')).toEqual({ wrongCodeAt: 900, lockedAt: 1000 });
  for (const at of [901, 1000, 1099]) {
    expect(note({ wrongCodeAt: at, lockedAt: 0 }, 'wrong-code')).toBeNull();
    expect(note({ wrongCodeAt: 0, lockedAt: at }, 'locked')).toBeNull();
  }
  expect(note({ wrongCodeAt: 1100, lockedAt: 1100 }, 'locked')).not.toBeNull();
  expect(note(last, 'factor-revoked')).toBe(last);
  expect(neverNoticed).toEqual({ wrongCodeAt: 0, lockedAt: 0 });
});

test('C24 notices of a recovery go further, and those of one that can be stopped have a link', () => {
  const about = [
    'reset-begun',
    'reset-cancelled',
    'reset-completed',
    'recovery-begun',
    'recovery-proved',
    'recovery-waiting',
    'recovery-cancelled',
    'recovery-frozen',
    'recovery-unfrozen',
    'recovery-completed',
    'recovery-code',
    'recovery-last-code',
  ];
  expect(noticeKinds.filter(isAboutRecovery).toSorted()).toEqual(about.toSorted());
  expect(isAboutRecovery('no-reset-begun' as NoticeKind)).toBe(false);
  expect(noticeKinds.filter(stopsRecovery).toSorted()).toEqual(
    ['recovery-begun', 'recovery-proved', 'recovery-waiting', 'reset-begun'].toSorted(),
  );
});

test('LOG-08 a wrong code of a mail for a recovery is told of as any wrong code is', () => {
  const event = { kind: 'verification-rejected', reason: 'wrong-mailed-code', purpose: 'recovery' } as const;
  expect(noticeKindOf(event, [event])).toBe('wrong-code');
  const run = { ...event, reason: 'no-mailed-code' };
  expect(noticeKindOf(run, [run])).toBeNull();
});
