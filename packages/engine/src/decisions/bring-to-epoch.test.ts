import { expect, test } from 'vitest';
import type { Account } from '../account/account.ts';
import { unknownAccount } from '../account/account.ts';
import { plainAccount, plainHotp, plainNow, plainTicket, plainTotp } from '../testing/plain-context.ts';
import { bringToEpoch } from './bring-to-epoch.ts';

const policy = { window: 1, driftStepsMax: 2 };
const restoredAt = 900_000_000.5;
const epoch = { number: 7, restoredAt };
/** The step of the restore with the half minute that a clock may be ahead. */
const present = 30_000_001;

const grown: Account = plainAccount({
  factors: [
    plainTotp({ lastStep: 5 }),
    plainHotp(),
    plainHotp({ id: 'fct_d', status: 'disabled' }),
    plainTotp({ id: 'fct_p', status: 'pending', expiresAt: plainNow + 60 }),
  ],
  backupCodes: {
    id: 'bcs_0',
    format: 'crockford16',
    salt: 'salt',
    cost: { memoryKib: 19_456, passes: 2, parallelism: 1 },
    sealedHashes: 'sealed',
    usedAt: [null],
    createdAt: 1,
  },
  throttle: { failures: 4, lockedUntil: 0, tooFarSince: null, refusalLogged: false },
  strongFailures: 3,
  tickets: [plainTicket()],
  proofs: [
    {
      hash: '#p',
      purpose: 'manage',
      actHash: null,
      expiresAt: plainNow + 60,
      method: 'totp',
      factorId: 'fct_a',
    },
  ],
  trust: {
    stamp: 's',
    browsers: [{ id: 'brw_1', hash: '#tbr', createdAt: 1, lastUsedAt: null, expiresAt: plainNow + 9 }],
  },
  mailedCodes: [
    { id: 'c', purpose: 'recover', subject: 'r', sealedHash: 's', expiresAt: plainNow + 9, failures: 0 },
  ],
  recovery: {
    id: 'rcv_1',
    begunBy: 'owner',
    begunAt: 1,
    readyAt: null,
    actor: null,
    reason: null,
    proofs: {},
    notMeHashes: [],
  },
  sessionsEndedAt: 12,
});

test('A1 C20 all that may have been used up is gone, and what counts failures stays', () => {
  const { account, events } = bringToEpoch(grown, epoch, policy);
  expect(account).toStrictEqual({
    ...grown,
    epoch: 7,
    factors: [
      plainTotp({ lastStep: present + 2 + 1 }),
      plainHotp({ status: 'disabled' }),
      plainHotp({ id: 'fct_d', status: 'disabled' }),
    ],
    backupCodes: null,
    tickets: [],
    proofs: [],
    trust: { stamp: '', browsers: [] },
    mailedCodes: [],
    recovery: null,
    sessionsEndedAt: 900_000_001,
  });
  expect(events).toStrictEqual([
    { kind: 'account-restored', until: restoredAt, codesLeft: 0 },
    { kind: 'factor-disabled', factorId: 'fct_h', method: 'hotp', reason: 'restored' },
    { kind: 'recovery-cancelled', method: 'restored' },
  ]);
});

test('an end of sessions that is later stays, and an administrator’s reset ends under its own name', () => {
  const reset = { ...grown.recovery!, begunBy: 'administrator' } as const;
  const brought = bringToEpoch({ ...grown, recovery: reset, sessionsEndedAt: 950_000_000 }, epoch, policy);
  expect(brought.account.sessionsEndedAt).toBe(950_000_000);
  expect(brought.events.at(-1)).toStrictEqual({ kind: 'reset-cancelled', method: 'restored' });
  expect(bringToEpoch({ ...grown, sessionsEndedAt: null }, epoch, policy).account.sessionsEndedAt).toBe(
    900_000_001,
  );
});

test('rule 3: without a bound factor no session is ended, since that would look like a recovery', () => {
  const pending = { ...grown, factors: [grown.factors[3]!], sessionsEndedAt: null };
  expect(bringToEpoch(pending, epoch, policy).account).toMatchObject({ factors: [], sessionsEndedAt: null });
  const off = { ...grown, factors: [grown.factors[2]!], sessionsEndedAt: null };
  expect(bringToEpoch(off, epoch, policy).account.sessionsEndedAt).toBe(900_000_001);
});

test('A1 A10 the spent step counts what is known of the device, its period, and never moves back', () => {
  const spent = (factor: Partial<ReturnType<typeof plainTotp>>): number | null => {
    const [brought] = bringToEpoch({ ...grown, factors: [plainTotp(factor)] }, epoch, policy).account.factors;
    return (brought as ReturnType<typeof plainTotp>).lastStep;
  };
  expect(spent({ drift: { mean: 601.4, resynced: 600 } })).toBe(present + 602 + 1);
  expect(spent({ drift: { mean: 4.2, resynced: 0 } })).toBe(present + 5 + 1);
  // A device that was hours behind may have been put right after the backup.
  expect(spent({ drift: { mean: -600, resynced: -600 } })).toBe(present + 1);
  expect(spent({ periodSeconds: 60 })).toBe(15_000_000 + 2 + 1);
  expect(spent({ lastStep: 40_000_000 })).toBe(40_000_000);
});

test('an account of this epoch, or one with nothing to use up, stays the same object', () => {
  const current = { ...grown, epoch: 7 };
  expect(bringToEpoch(current, epoch, policy)).toEqual({ account: current, events: [] });
  expect(bringToEpoch(current, epoch, policy).account).toBe(current);
  const bare: Account = { ...unknownAccount, passwordChanges: 3 };
  expect(bringToEpoch(bare, epoch, policy).account).toBe(bare);
  const one: readonly Partial<Account>[] = [
    { backupCodes: grown.backupCodes },
    { recovery: grown.recovery },
    { factors: grown.factors },
    { tickets: grown.tickets },
    { proofs: grown.proofs },
    { mailedCodes: grown.mailedCodes },
    { trust: grown.trust },
  ];
  for (const member of one)
    expect(bringToEpoch({ ...unknownAccount, ...member }, epoch, policy).account.epoch).toBe(7);
});
