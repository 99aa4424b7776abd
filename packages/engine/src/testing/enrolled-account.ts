import { Totp } from '@tidelock/otp';
import { keyRing } from '../platform/key-ring.ts';
import type { Policy } from '../policy.ts';
import type { ProfileName } from '../profile.ts';
import type { AccountStore } from '../ports/account-store.ts';
import type { Random } from '../ports/random.ts';
import { createTidelock, type NoticeOptions, type Tidelock } from '../tidelock.ts';
import { memoryStore } from './memory-store.ts';
import { virtualClock, type VirtualClock } from './virtual-clock.ts';

/** A key for tests; it seals nothing of anybody's. */
export const testKeys = 'test:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

export interface TestTidelock {
  readonly tidelock: Tidelock;
  readonly clock: VirtualClock;
  readonly store: AccountStore;
}

export interface TestOptions {
  readonly policy?: Partial<Policy>;
  readonly store?: AccountStore;
  readonly keys?: string;
  readonly random?: Random;
  readonly notices?: NoticeOptions;
  readonly profile?: ProfileName;
}

/** An engine on a store in memory, at a time that stands still. */
export function openTestTidelock(options: TestOptions = {}): TestTidelock {
  const { store = memoryStore(), keys = testKeys, policy = {}, random, notices, profile } = options;
  const clock = virtualClock();
  return {
    tidelock: createTidelock({
      issuer: 'Acme',
      store,
      keys: keyRing(keys),
      policy,
      clock,
      ...(random === undefined ? {} : { random }),
      ...(notices === undefined ? {} : { notices }),
      ...(profile === undefined ? {} : { profile }),
    }),
    clock,
    store,
  };
}

/** Somebody with an authenticator app. */
export interface EnrolledAccount {
  readonly account: string;
  readonly factorId: string;
  readonly secret: string;
  readonly backupCodes: readonly string[];
  /** The code that the app shows, so many steps from now. */
  code(steps?: number): string;
  /** A code that no step near now has. */
  wrongCode(): string;
  /** A fresh ticket. */
  ticket(purpose?: string): Promise<string>;
  /** A proof for a change; the clock moves one step on, so that a code is left for the next. */
  proof(purpose?: string): Promise<string>;
}

/** Enrolls and activates; afterwards the clock stands one step later, and the activation code is spent. */
export async function enrollAccount(
  { tidelock, clock }: TestTidelock,
  account = 'alice',
): Promise<EnrolledAccount> {
  const { factor, secret } = await tidelock.totp.enroll(account, { accountName: `${account}@example.com` });
  const totp = new Totp(secret);
  const code = (steps = 0): string => totp.generate({ at: clock.now() + steps * 30 });
  const activation = await tidelock.activate(account, { factorId: factor.id, code: code() });
  if (activation.outcome !== 'accepted') throw new Error(`The activation was ${activation.outcome}.`);
  clock.advance(30);
  const ticket = async (purpose = 'login'): Promise<string> => {
    const challenge = await tidelock.challenge(account, { purpose });
    if (!challenge.required) throw new Error('No second factor is asked for.');
    return challenge.ticket;
  };
  return {
    account,
    factorId: factor.id,
    secret,
    backupCodes: activation.backupCodes ?? [],
    code,
    ticket,
    wrongCode() {
      const near = new Set([-2, -1, 0, 1, 2].map((steps) => code(steps)));
      const codes = Array.from({ length: 6 }, (_, index) => String(index).padStart(6, '0'));
      return codes.find((candidate) => !near.has(candidate))!;
    },
    async proof(purpose = 'manage') {
      const verdict = await tidelock.verify(account, { code: code(), ticket: await ticket(purpose) });
      if (verdict.outcome !== 'accepted') throw new Error(`The code was ${verdict.outcome}.`);
      clock.advance(30);
      return verdict.proof;
    },
  };
}
