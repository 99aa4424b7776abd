import { TidelockError } from '@tidelock/engine';
import type { RedisClient } from './client.ts';
import { isReply } from './store-fault.ts';

/**
 * What the store asks of its servers. `always`: each commit is on the disk before it is answered. `as-configured`: whatever
 * they are set to; what they lose then is lost.
 */
export type Durability = 'always' | 'as-configured';

/** Settings without which an answered commit may be gone after a crash, and what they must be. */
const durableSettings: Readonly<Record<string, string>> = {
  appendonly: 'yes',
  appendfsync: 'always',
  // With "yes" nothing is synchronised while the log is rewritten or a snapshot is made.
  'no-appendfsync-on-rewrite': 'no',
};

/**
 * Looks at one server before anything is sent to it. SECURITY: what a server evicts or loses is a second factor that is
 * switched off, or a code that can be used again (design §6.1).
 *
 * @throws TidelockError `store/not-durable`, `store/read-only`, `store/unavailable`; what the client says where no answer came.
 */
export async function assertSound(
  server: RedisClient,
  { durability, isMaster }: { readonly durability: Durability; readonly isMaster: boolean },
): Promise<void> {
  const info = infoOf(String(await server.call('INFO')));
  if (isMaster && info.get('role') === 'slave')
    throw new TidelockError('store/read-only', { detail: 'This server is a replica: name its master.' });
  assertKeeps(info, durability);
  if (durability === 'always') await assertDurable(server);
}

/** Whether a server that was named alone is one of a cluster. */
export async function isOfCluster(server: RedisClient): Promise<boolean> {
  return infoOf(String(await server.call('INFO', 'cluster'))).get('cluster_enabled') === '1';
}

/** Keys of the store never expire, so that the policies for keys that do (`volatile-…`) take none of them. */
function assertKeeps(info: ReadonlyMap<string, string>, durability: Durability): void {
  const policy = info.get('maxmemory_policy');
  if (policy === undefined && durability === 'as-configured') return;
  if (policy === 'noeviction' || policy?.startsWith('volatile-') === true) return;
  throw new TidelockError('store/not-durable', {
    detail: `Its maxmemory-policy is "${policy ?? 'not known'}", and it would evict accounts: set it to "noeviction".`,
  });
}

async function assertDurable(server: RedisClient): Promise<void> {
  for (const [name, wanted] of Object.entries(durableSettings)) {
    const value = await settingOf(server, name);
    if (value === wanted) continue;
    throw new TidelockError('store/not-durable', {
      detail: `${name} is "${value}": set it to "${wanted}". Where losing what was answered is acceptable, the store takes it with the option durability: 'as-configured'.`,
    });
  }
}

async function settingOf(server: RedisClient, name: string): Promise<string> {
  let answer: unknown;
  try {
    answer = await server.call('CONFIG', 'GET', name);
  } catch (cause) {
    if (!isReply(cause)) throw cause;
    throw new TidelockError('store/not-durable', {
      detail: `It does not say what ${name} is (CONFIG is forbidden). Where its provider vouches for it, set the option durability: 'as-configured'.`,
      cause,
    });
  }
  return Array.isArray(answer) && answer.length === 2 ? String(answer[1]) : 'not known';
}

/** The lines of INFO. */
function infoOf(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).map((line) => line.split(':', 2) as [string, string?]);
  return new Map(lines.map(([name, value]) => [name, value ?? '']));
}
