import { auditEventKinds, type AuditEvent, type AuditEventKind } from '@tidelock/engine';
import { expect, test } from 'vitest';
import { tellActivity } from './activity-words.ts';
import { explainRefusal } from './refusal-words.ts';
import { formatInstant, formatWait } from './time-words.ts';

const place = { kind: 'app', now: 1000, lockedUntil: null, takesBackupCode: true } as const;

test('S28 a wrong code is explained by what to do next, with the tries that are left', () => {
  const { message, atField } = explainRefusal(
    { outcome: 'rejected', reason: 'wrong', attemptsLeft: 3 },
    place,
  );
  expect(message).toBe(
    "That code was not right. Check that your phone's clock is set automatically, or wait for the next code. 3 tries left.",
  );
  expect(atField).toBe('That code was not right.');
});

test('S28 whose clock is off is told to set it', () => {
  const refusal = { outcome: 'rejected', reason: 'wrong', attemptsLeft: 3, advice: 'set-clock' } as const;
  expect(explainRefusal(refusal, place).message).toBe(
    'The clock of your device is off. Set its date and time to automatic, then type the code that it shows. 3 tries left.',
  );
});

test('a lock says how long it lasts, whether it was there or has just begun', () => {
  const words = 'Too many wrong codes. Wait 1 minute, then try again. Or use a backup code now.';
  expect(explainRefusal({ outcome: 'locked', until: 1060 }, place).message).toBe(words);
  const fifth = { outcome: 'rejected', reason: 'wrong', attemptsLeft: 0 } as const;
  expect(explainRefusal(fifth, { ...place, lockedUntil: 1060 }).message).toBe(words);
  expect(
    explainRefusal(fifth, { ...place, lockedUntil: 1060, takesBackupCode: false }).message,
  ).not.toContain('backup');
});

test('waits and moments are said as people say them', () => {
  expect([1, 20, 60, 61, 3600, 5400, 86_400, 86_401].map(formatWait)).toEqual([
    '1 second',
    '20 seconds',
    '1 minute',
    '2 minutes',
    '1 hour',
    '2 hours',
    '24 hours',
    '24 hours',
  ]);
  expect(formatInstant(1_767_225_600)).toBe('1 January 2026 at 00:00 UTC');
});

test('every kind of event has its sentence, or none on purpose; none says undefined', () => {
  const kinds = Object.keys(auditEventKinds) as AuditEventKind[];
  const common = { tenant: 'default', account: 'alice', at: 0 };
  const events = kinds.map((kind, index) => ({ ...common, sequence: index + 1, kind }) as AuditEvent);
  const told = tellActivity(events, []);
  expect(told.length).toBeGreaterThan(12);
  for (const { text } of told) expect(text).not.toMatch(/undefined|null|NaN/);
});
