import { keyRing } from '../../platform/key-ring.ts';
import type { KeyRing } from '../../ports/key-ring.ts';
import type { AccountStore } from '../../ports/account-store.ts';
import { TidelockError } from '../../tidelock-error.ts';
import { createTidelock, type Tidelock, type TidelockOptions } from '../../tidelock.ts';
import { memoryStore } from '../memory-store.ts';
import { WorldViolation } from './act.ts';
import { ownCode, periodSeconds } from './own-codes.ts';
import type { World } from './world.ts';

const otherKeys = 'test:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=';

/**
 * Rules 3 and 8, when all is over: what a store is worth to whoever has it with other keys, without its data, or with sealed
 * secrets moved from one account to another. @throws WorldViolation
 */
export async function tryWhatIsLeft(world: World): Promise<void> {
  const { base } = world.store;
  const openOn = (
    store: AccountStore,
    rest: Partial<TidelockOptions> = {},
    keys: KeyRing = world.keys,
  ): Tidelock =>
    createTidelock({
      issuer: 'World',
      store,
      keys,
      clock: world.scheduler,
      random: world.generator,
      ...rest,
    });
  await mustThrow('keys/not-of-this-store', () => openOn(base, {}, keyRing(otherKeys)).ready());
  await mustThrow('store/not-initialised', () => openOn(memoryStore(), { emptyStore: 'refuse' }).ready());
  await mustThrow('engine/account-not-enrolled', () =>
    openOn(memoryStore()).challenge('alice', { purpose: 'login', expected: 'enrolled' }),
  );
  await moveSecrets(world, openOn);
}

/** A thief who can write the database gives every account of a tenant the sealed secrets of the next one. */
async function moveSecrets(world: World, openOn: (store: AccountStore) => Tidelock): Promise<void> {
  const { base } = world.store;
  const copy = memoryStore();
  const ids = [
    { tenant: '', account: 'store' },
    { tenant: 'default', account: 'alice' },
    { tenant: 'default', account: 'bob' },
  ];
  const records = (await base.load(ids)).map((stored) => stored?.record ?? '');
  const [identity = '', alice = '', bob = ''] = records;
  const [own, foreign] = [sealedOf(alice), sealedOf(bob)];
  const known = world.ledger.factors.get(firstFactorOf(bob));
  if (own === undefined || foreign === undefined || known === undefined) return;
  const moved = [identity, alice.replace(own, foreign), bob];
  await copy.commit(
    ids.map((id, at) => ({ id, expectedVersion: 0, record: moved[at]!, events: [], messages: [] })),
  );
  const tidelock = openOn(copy).forTenant('default');
  const factorId = firstFactorOf(alice);
  const present = Math.floor(world.now() / periodSeconds);
  const code = ownCode(known.secret, known.kind === 'totp' ? present : 0);
  let answer: unknown;
  try {
    answer = await tidelock.verify('alice', { code, factorId });
  } catch (error) {
    answer = error instanceof TidelockError ? error.code : error;
  }
  const { outcome } = answer as { readonly outcome?: string };
  if (outcome === 'accepted')
    throw new WorldViolation('rule 8', 'a secret that was moved opened another account', answer);
  // Rule 3: what does not open is a fault, and no wrong code of whoever has the right one.
  if (isFirstActive(alice) && answer !== 'vault/open-failed' && outcome !== 'locked')
    throw new WorldViolation('rule 3', 'a secret that does not open was taken for a wrong code', answer);
}

function sealedOf(record: string): string | undefined {
  return /"sealedSecret":"([^"]+)"/.exec(record)?.[1];
}

function firstFactorOf(record: string): string {
  const { factors } = JSON.parse(record === '' ? '{"factors":[]}' : record) as {
    readonly factors: readonly { readonly id: string }[];
  };
  return factors[0]?.id ?? '';
}

function isFirstActive(record: string): boolean {
  const { factors } = JSON.parse(record) as { readonly factors: readonly { readonly status: string }[] };
  return factors[0]?.status === 'active';
}

async function mustThrow(code: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof TidelockError && error.code === code) return;
    throw error;
  }
  throw new WorldViolation('rule 3', `there was no fault ${code}`, null);
}
