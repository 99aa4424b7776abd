import { inDecisions, type Guard } from './guard.ts';

const capTest = inDecisions('verify.attempt-cap.test.ts');

/** Rules 1 and 2: a code is accepted once, and an attempt is counted before its answer is known. */
export const spentAndCounted: readonly Guard[] = [
  {
    rule: 1,
    guard: 'a step at or before the last accepted one is not looked at',
    file: inDecisions('judge-factor.ts'),
    find: '{ at, window, ...(lastStep === null ? {} : { after: lastStep }) }',
    replace: '{ at, window }',
    test: { file: inDecisions('verify.test.ts'), name: 'S08 A1 OTP-08 is accepted once' },
  },
  {
    rule: 1,
    guard: 'the step of an accepted code is kept',
    file: inDecisions('judge-factor.ts'),
    find: 'lastStep: match.step,',
    replace: 'lastStep: match.step - 1,',
    test: { file: inDecisions('verify.test.ts'), name: 'A4 a spent code is refused at every second' },
  },
  {
    rule: 1,
    guard: 'on SQLite, what another process wrote since the load is a conflict',
    file: 'packages/store-sqlite/src/account-rows.ts',
    find: "if (Number(changes) === 0) return 'conflict';",
    replace: '',
    test: {
      file: 'packages/store-sqlite/src/sqlite-store.writers.test.ts',
      name: 'A2: what somebody else wrote since the load is a conflict',
    },
  },
  {
    rule: 1,
    guard: 'the activation code is spent',
    file: inDecisions('activate.ts'),
    find: "return { ...factor, status: 'active', activatedAt: now,",
    replace: "return { ...factor, ...{ lastStep: null }, status: 'active', activatedAt: now,",
    test: { file: inDecisions('verify.test.ts'), name: 'A6 OTP-09 the code that activated is spent' },
  },
  {
    rule: 1,
    guard: 'a counter moves past the code that matched',
    file: inDecisions('judge-factor.ts'),
    find: 'counter: String(match.nextCounter)',
    replace: 'counter: String(match.counter)',
    test: {
      file: inDecisions('enroll.test.ts'),
      name: 'S31 S41 a token is enrolled and verified by counter',
    },
  },
  {
    rule: 1,
    guard: 'a resynchronisation finds no spent step',
    file: inDecisions('seek-clock.ts'),
    find: 'count, firstFree });',
    replace: 'count, firstFree: firstFree * 0 });',
    test: {
      file: inDecisions('resync.test.ts'),
      name: 'S28 beyond twelve hours, and at or before the last accepted step, nothing is found',
    },
  },
  {
    rule: 1,
    guard: 'a resynchronisation spends its codes',
    file: inDecisions('resync.ts'),
    find: 'counter: String(first + BigInt(place + codes.length))',
    replace: 'counter: String(first + BigInt(place))',
    test: { file: inDecisions('resync.test.ts'), name: 'S29 OTP-15 is found by two consecutive codes' },
  },
  {
    rule: 1,
    guard: 'a backup code is spent',
    file: inDecisions('verify-backup-code.ts'),
    find: 'if (set.usedAt[index] !== null)',
    replace: 'if (set.usedAt[index] === undefined)',
    test: { file: inDecisions('backup-codes.test.ts'), name: 'S09 A12 LOOK-01 each is accepted once' },
  },
  {
    rule: 1,
    guard: 'a commit of unknown outcome is not tried again',
    file: 'packages/engine/src/transact.ts',
    find: "if (result === 'unknown')",
    replace: "if (result !== 'unknown' && result !== 'conflict')",
    test: {
      file: 'packages/engine/src/transact.test.ts',
      name: 'an unknown commit is never tried again: the code may be spent',
    },
  },
  {
    rule: 2,
    guard: 'no answer leaves before its commit is durable',
    file: 'packages/engine/src/transact.ts',
    find: 'if (works.length === 0) return;',
    replace: 'for (const work of works) settle(work);\n    if (works.length === 0) return;',
    test: {
      file: 'packages/engine/src/transact.test.ts',
      name: 'no outcome is known before its commit is durable',
    },
  },
  {
    rule: 2,
    guard: 'a malformed code costs an attempt',
    file: inDecisions('verify.ts'),
    find: "return reject(account, attempt, { reason: 'malformed' }, context);",
    replace:
      "return { ...reject(account, attempt, { reason: 'malformed' }, context), record: account, events: [] };",
    test: { file: inDecisions('verify.test.ts'), name: 'A8 S27 what is no code is malformed and counted' },
  },
  {
    rule: 2,
    guard: 'an activation counts with the guesses',
    file: inDecisions('activate.ts'),
    find: 'return { typed: readAttempt(code, account, policy).typed, strong: false };',
    replace: 'return { typed: readAttempt(code, account, policy).typed, strong: true };',
    test: { file: capTest, name: 'B9 wrong codes at activation count with the others' },
  },
  {
    rule: 2,
    guard: 'a resynchronisation counts with the guesses',
    file: inDecisions('resync.ts'),
    find: "typed: { form: 'malformed' }, strong: false",
    replace: "typed: { form: 'malformed' }, strong: true",
    test: { file: inDecisions('resync.test.ts'), name: 'B8 B9 OTP-15 counts with all other attempts' },
  },
  {
    rule: 2,
    guard: 'while locked nothing is judged, in a batch neither',
    file: inDecisions('verify.ts'),
    find: 'if (isAttemptLocked(account, attempt, context)) return refuseLocked(account, context);',
    replace: 'if (attempt === null) return refuseLocked(account, context);',
    test: { file: capTest, name: 'B7 of 500 wrong codes at once no more are judged than the limit' },
  },
  {
    rule: 2,
    guard: 'a code that is tried on three devices costs three attempts',
    file: inDecisions('attempt.ts'),
    find: 'Math.max(1, failure.judged?.length ?? 0)',
    replace: '1',
    test: {
      file: inDecisions('several-devices.test.ts'),
      name: 'A18 S29 has as many chances before the lock with ten devices as with one',
    },
  },
  {
    rule: 2,
    guard: 'a new challenge clears no count',
    file: inDecisions('challenge.ts'),
    find: 'tickets: pushBounded(opened.tickets, kept, policy.ticketsMax) };',
    replace:
      'throttle: { ...account.throttle, failures: 0 }, tickets: pushBounded(opened.tickets, kept, policy.ticketsMax) };',
    test: { file: capTest, name: 'B2 RATE-03 a thousand challenges do not give one more guess' },
  },
];
