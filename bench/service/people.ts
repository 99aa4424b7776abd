import { createHash } from 'node:crypto';
import { Totp } from '@tidelock/otp';
import type { AccountStore, KeyRing } from '@tidelock/engine';
import type { Account } from '../../packages/engine/src/account/account.ts';
import { accountCodec } from '../../packages/engine/src/account/account-record.ts';
import { argon2id, nodePlatform } from '../../packages/engine/src/platform/node-crypto.ts';
import { defaultPolicy } from '../../packages/engine/src/policy.ts';
import { createVault } from '../../packages/engine/src/vault.ts';
import { recordOf, type SeededAccount } from '../../test/service/seeded-accounts.ts';

/** What a person's account holds besides a second factor and an open ticket. */
export type PersonKind = 'enrolled' | 'pending' | 'with-backup-codes';

/** People of one kind, numbered from 0. They are derived from their name: a million of them take no memory. */
export interface People {
  readonly prefix: string;
  readonly kind: PersonKind;
  readonly count: number;
}

const tenant = 'default';
/** Of one partition: as many as a commit takes well on every engine. */
const batchMax = 500;
/** Partitions of one engine at once. */
const commitsAtOnce = 4;

/**
 * One backup code for all people of this load, hashed once before it: ten of each would take hours to make. The service hashes what it is
 * sent anew each time, at full cost.
 */
export const backupCode = '0123456789ABCDEF';

/** One of them, with the secret, the ids and the ticket that their record has. */
export function personOf({ prefix }: People, index: number): SeededAccount {
  const account = `${prefix}${index}`;
  const bytes = createHash('sha512').update(account).digest();
  const id = (kind: string, from: number): string =>
    `${kind}_${bytes.subarray(from, from + 16).toString('base64url')}`;
  return { account, secret: bytes.subarray(0, 20), factorId: id('fct', 20), ticket: id('tkt', 36) };
}

/** The code that somebody's app shows now. */
export function codeNow({ secret }: SeededAccount): string {
  return new Totp(secret).generate({ at: Date.now() / 1000 });
}

export interface SeedOptions {
  readonly store: AccountStore;
  readonly keys: KeyRing;
  readonly people: People;
  /** Told now and then how many there are. */
  readonly onProgress?: (done: number) => void;
}

/** Writes their records straight into a store, with secrets that are sealed and tickets that are open for ten minutes. */
export async function seedPeople({ store, keys, people, onProgress }: SeedOptions): Promise<void> {
  const vault = createVault(keys, nodePlatform);
  const complete = await completionFor(people.kind, vault);
  const batches = new Map<number, SeededAccount[]>();
  const underWay = new Set<Promise<void>>();
  let done = 0;
  const write = async (some: readonly SeededAccount[]): Promise<void> => {
    const results = await store.commit(
      some.map((person) => {
        const record = accountCodec.encode(complete(recordOf(person, tenant, vault), person));
        const id = { tenant, account: person.account };
        return { id, expectedVersion: 0, record, events: [], messages: [] };
      }),
    );
    if (results.some((result) => result !== 'committed')) throw new Error('An account was there already.');
    done += some.length;
    onProgress?.(done);
  };
  const send = async (some: readonly SeededAccount[]): Promise<void> => {
    const written: Promise<void> = write(some).finally(() => underWay.delete(written));
    underWay.add(written);
    if (underWay.size >= commitsAtOnce) await Promise.race(underWay);
  };
  for (let index = 0; index < people.count; index += 1) {
    const person = personOf(people, index);
    const partition = store.partitionOf({ tenant, account: person.account });
    const batch = batches.get(partition) ?? [];
    batch.push(person);
    batches.set(partition, batch);
    if (batch.length < batchMax) continue;
    batches.delete(partition);
    await send(batch);
  }
  for (const batch of batches.values()) await send(batch);
  await Promise.all(underWay);
}

/** What a kind of person has that an enrolled one has not. */
async function completionFor(
  kind: PersonKind,
  vault: ReturnType<typeof createVault>,
): Promise<(account: Account, person: SeededAccount) => Account> {
  if (kind === 'enrolled') return (account) => account;
  if (kind === 'pending')
    return (account) => ({
      ...account,
      tickets: [],
      factors: account.factors.map((factor) => ({
        ...factor,
        status: 'pending',
        activatedAt: null,
        expiresAt: factor.createdAt + defaultPolicy.pendingFactorSeconds,
      })),
    });
  const { backupCodeMemoryKib: memoryKib, backupCodePasses: passes, backupCodes } = defaultPolicy;
  const cost = { memoryKib, passes, parallelism: 1 };
  const salt = Buffer.alloc(16, 7);
  const hash = await argon2id.hash({ message: Buffer.from(backupCode), salt, cost });
  const others = createHash('shake256', { outputLength: 32 * (backupCodes - 1) })
    .update('others')
    .digest();
  const hashes = Buffer.concat([others, hash]);
  return (account, person) => {
    const setId = `bcs_${person.factorId.slice(4)}`;
    const sealedFor = {
      id: { tenant, account: person.account },
      holder: setId,
      purpose: 'backup-codes',
    } as const;
    return {
      ...account,
      backupCodes: {
        id: setId,
        format: 'crockford16',
        salt: salt.toString('base64url'),
        cost,
        sealedHashes: vault.seal(hashes, sealedFor),
        usedAt: Array.from({ length: backupCodes }, () => null),
        createdAt: account.factors[0]!.createdAt,
      },
    };
  };
}
