import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTidelock, keyRing, type Tidelock, type Verdict } from '@tidelock/engine';
import { Totp } from '@tidelock/otp';
import { sqliteStore } from '@tidelock/store-sqlite';

/** Two servers on one database on disk, and a person who is enrolled. Everything is real but the thief. */
const folder = await mkdtemp(join(tmpdir(), 'tidelock-attack-'));
const keys = keyRing(`demo:${randomBytes(32).toString('base64')}`);
const servers = ['first', 'second'].map(() =>
  createTidelock({ issuer: 'Acme', store: sqliteStore(join(folder, 'tidelock.db')), keys }),
) as [Tidelock, Tidelock];

try {
  await replay(servers);
  await guess(servers);
  await moveSecret(servers);
} finally {
  for (const server of servers) await server.close();
  await rm(folder, { recursive: true });
}

/** A phished code, presented fifty times in the same instant, by turns to both servers. */
async function replay([first, second]: readonly [Tidelock, Tidelock]): Promise<void> {
  const { totp } = await enroll(first, 'alice');
  const code = totp.generate();
  const verdicts = await Promise.all(
    Array.from({ length: 50 }, (_, turn) => (turn % 2 === 0 ? first : second).verify('alice', { code })),
  );
  const { accepted, refused } = count(verdicts);
  console.log('One right code, 50 times at once, to two servers on one database:');
  console.log(
    `  ${accepted} accepted, ${refused} refused; the log says: ${await logged(first, 'alice', 'verification-rejected')}\n`,
  );
}

/** A hundred guesses in the same instant; the right code is one of them, but behind the lock. */
async function guess([first, second]: readonly [Tidelock, Tidelock]): Promise<void> {
  const { totp } = await enroll(first, 'bob');
  const right = totp.generate();
  const wrong = Array.from({ length: 99 }, (_, index) =>
    String((Number(right) + 1 + index) % 1_000_000).padStart(6, '0'),
  );
  const verdicts = await Promise.all(
    [...wrong, right].map((code, turn) => (turn % 2 === 0 ? first : second).verify('bob', { code })),
  );
  const { accepted, judged, locked } = count(verdicts);
  console.log('100 guesses at once, the right code among the last:');
  console.log(
    `  ${judged} judged, ${locked} refused unseen, ${accepted} accepted; the log says: ${await logged(second, 'bob', 'locked')}\n`,
  );
}

/** A thief who can write to the database gives another account the sealed secret of their own. */
async function moveSecret([first]: readonly [Tidelock, Tidelock]): Promise<void> {
  const thief = await enroll(first, 'thief');
  await enroll(first, 'carol');
  const store = sqliteStore(join(folder, 'tidelock.db'));
  const [from, to] = await store.load(['thief', 'carol'].map((account) => ({ tenant: 'default', account })));
  await store.commit([
    { id: to!.id, expectedVersion: to!.version, record: from!.record, events: [], messages: [] },
  ]);
  await store.close();
  const outcome = await first.verify('carol', { code: thief.totp.generate() }).then(
    (verdict) => verdict.outcome,
    (error: unknown) => `refused (${(error as { code?: string }).code})`,
  );
  console.log(
    "A thief writes the sealed secret of their own into somebody else's row, and types a code of it:",
  );
  console.log(`  ${outcome}; the log says: ${await logged(first, 'carol', 'secret-unreadable')}`);
}

/** Somebody with an app. The code that activates is the one of the step before, so that the present one is fresh. */
async function enroll(tidelock: Tidelock, account: string): Promise<{ readonly totp: Totp }> {
  const { factor, secret } = await tidelock.totp.enroll(account);
  const totp = new Totp(secret);
  const code = totp.generate({ at: Date.now() / 1000 - 30 });
  const { outcome } = await tidelock.activate(account, { factorId: factor.id, code });
  if (outcome !== 'accepted') throw new Error(`${account} was not activated: ${outcome}.`);
  return { totp };
}

function count(verdicts: readonly Verdict[]) {
  const accepted = verdicts.filter(({ outcome }) => outcome === 'accepted').length;
  const locked = verdicts.filter(({ outcome }) => outcome === 'locked').length;
  return { accepted, locked, refused: verdicts.length - accepted, judged: verdicts.length - locked };
}

/** The reason, or else the name, of the newest event of this kind. */
async function logged(tidelock: Tidelock, account: string, kind: string): Promise<string> {
  const { items } = await tidelock.events(account, { limit: 200 });
  const event = items.find((item) => item.kind === kind);
  return event?.reason ?? event?.kind ?? 'nothing';
}
