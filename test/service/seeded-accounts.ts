import { randomBytes } from 'node:crypto';
import { Totp } from '@tidelock/otp';
import { unknownAccount, type Account } from '../../packages/engine/src/account/account.ts';
import { noDrift } from '../../packages/engine/src/account/drift.ts';
import { accountCodec } from '../../packages/engine/src/account/account-record.ts';
import { nodePlatform } from '../../packages/engine/src/platform/node-crypto.ts';
import type { AccountStore } from '../../packages/engine/src/ports/account-store.ts';
import type { KeyRing } from '../../packages/engine/src/ports/key-ring.ts';
import { createVault } from '../../packages/engine/src/vault.ts';

/** Somebody who is enrolled, with an open ticket, as the store has them; made without the 200 ms that ten backup codes take. */
export interface SeededAccount {
  readonly account: string;
  readonly secret: Uint8Array;
  readonly factorId: string;
  readonly ticket: string;
}

export interface SeedOptions {
  readonly store: AccountStore;
  readonly keys: KeyRing;
  readonly count: number;
  readonly prefix?: string;
  readonly tenant?: string;
}

const batch = 500;

/** Writes records of enrolled accounts straight into a store. */
export async function seedAccounts({
  store,
  keys,
  count,
  prefix = 'user-',
  tenant = 'default',
}: SeedOptions): Promise<SeededAccount[]> {
  const vault = createVault(keys, nodePlatform);
  const seeded: SeededAccount[] = [];
  for (let start = 0; start < count; start += batch) {
    const some = Array.from({ length: Math.min(batch, count - start) }, (_, index) =>
      newAccount(`${prefix}${start + index}`),
    );
    const results = await store.commit(
      some.map((person) => ({
        id: { tenant, account: person.account },
        expectedVersion: 0,
        record: accountCodec.encode(recordOf(person, tenant, vault)),
        events: [],
        messages: [],
      })),
    );
    if (results.some((result) => result !== 'committed'))
      throw new Error('A seeded account was there already.');
    seeded.push(...some);
  }
  return seeded;
}

/** The code that the person's app shows, so many steps from now. */
export function codeOf({ secret }: SeededAccount, steps = 0): string {
  return new Totp(secret).generate({ at: Date.now() / 1000 + steps * 30 });
}

/** A code that is wrong now, a minute ago and in a minute. */
export function wrongCodeOf(person: SeededAccount): string {
  const near = new Set([-3, -2, -1, 0, 1, 2, 3].map((steps) => codeOf(person, steps)));
  return Array.from({ length: 8 }, (_, index) => String(index).padStart(6, '0')).find(
    (code) => !near.has(code),
  )!;
}

function newAccount(account: string): SeededAccount {
  const id = (prefix: string): string => `${prefix}_${randomBytes(16).toString('base64url')}`;
  return { account, secret: randomBytes(20), factorId: id('fct'), ticket: id('tkt') };
}

/** The record of somebody who is enrolled and has an open ticket. */
export function recordOf(
  { account, secret, factorId, ticket }: SeededAccount,
  tenant: string,
  vault: ReturnType<typeof createVault>,
): Account {
  const now = Math.floor(Date.now() / 1000);
  return {
    ...unknownAccount,
    factors: [
      {
        id: factorId,
        kind: 'totp',
        label: 'Authenticator app',
        status: 'active',
        createdAt: now,
        activatedAt: now,
        lastUsedAt: null,
        expiresAt: null,
        proved: false,
        replaces: null,
        confirmedByMail: false,
        failures: 0,
        sealedSecret: vault.seal(secret, { id: { tenant, account }, holder: factorId, purpose: 'secret' }),
        algorithm: 'SHA1',
        digits: 6,
        periodSeconds: 30,
        lastStep: null,
        drift: noDrift,
        typedAhead: null,
      },
    ],
    tickets: [
      {
        hash: nodePlatform.digest(ticket),
        purpose: 'login',
        actHash: null,
        expiresAt: now + 600,
        failures: 0,
      },
    ],
  };
}
