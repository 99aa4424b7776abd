import { valueOf } from '../act.ts';
import { ownCode, periodSeconds } from '../own-codes.ts';
import type { World } from '../world.ts';
import type { Loot } from './loot.ts';

interface Job {
  readonly world: World;
  readonly loot: Loot;
  /** Whose password is known. */
  readonly account: string;
}

/** Somebody with a password, and whatever else was left lying about. */
export async function liveAsThief(world: World, loot: Loot, accounts: readonly string[]): Promise<void> {
  const { generator } = world;
  await world.sleep(generator.magnitude(1, 86_400));
  while (!world.isOver) {
    const job = { world, loot, account: generator.pick(accounts) };
    await generator.pick(jobs)(job);
    await world.sleep(generator.magnitude(60, 40 * 86_400));
  }
}

const digits = (world: World): string => String(world.generator.below(1_000_000)).padStart(6, '0');

async function ticketFor({ world, account }: Job, purpose = 'login'): Promise<string | undefined> {
  const value = valueOf(await world.ask('challenge', account, { purpose }));
  return value?.required === true ? value.ticket : undefined;
}

/** Many guesses at once, over all servers and tickets, on every route that takes a code. */
async function guess(job: Job): Promise<void> {
  const { world, account } = job;
  const { generator } = world;
  const tickets = [await ticketFor(job), generator.chance(0.5) ? await ticketFor(job) : undefined];
  const known = world.ledger.factorsOf(account).map(({ id }) => id);
  const rounds = 1 + generator.below(3);
  for (let round = 0; round < rounds; round += 1) {
    const guesses = Array.from({ length: 3 + generator.below(8) }, async () => {
      await world.sleep(generator.between(0, 2));
      const ticket = generator.pick(tickets);
      const factorId = generator.chance(0.5) && known.length > 0 ? generator.pick(known) : undefined;
      if (factorId !== undefined && generator.chance(0.15))
        return world.ask('activate', account, { factorId, code: digits(world) });
      if (factorId !== undefined && generator.chance(0.15))
        return world.ask('resync', account, { factorId, codes: [digits(world), digits(world)] });
      const code = generator.chance(0.15) ? generator.pick(['', '12', 'x'.repeat(70)]) : digits(world);
      return world.ask('verify', account, {
        code,
        ...(ticket === undefined ? {} : { ticket }),
        ...(factorId === undefined ? {} : { factorId }),
      });
    });
    await Promise.all(guesses);
    // B11: a lock on guesses keeps no code out that cannot be guessed.
    if (generator.chance(0.2)) await world.ask('verify', account, { code: 'ZZZZ-ZZZZ-ZZZZ-ZZZZ' });
    await world.sleep(generator.magnitude(1, 300));
  }
}

/** One wrong code after another with one ticket, as long as it lives. */
async function pressOn(job: Job): Promise<void> {
  const { world, account } = job;
  const ticket = await ticketFor(job);
  if (ticket === undefined) return;
  for (let turn = 0; turn < 7; turn += 1) {
    await world.ask('verify', account, { code: digits(world), ticket });
    await world.sleep(world.generator.between(1, 70));
  }
}

/** Codes that were seen, on their own account and on others. */
async function replay(job: Job): Promise<void> {
  const { world, loot, account } = job;
  const piece = loot.any(world.generator.chance(0.7) ? 'code' : 'backupCode');
  if (piece === null) return;
  const whose = world.generator.chance(0.7) ? piece.account : account;
  const ticket = await ticketFor({ ...job, account: whose });
  const options = ticket === undefined ? {} : { ticket };
  await Promise.all([
    world.ask('verify', whose, { code: piece.text, ...options }),
    world.ask('verify', whose, { code: piece.text }),
  ]);
}

/** Tickets and browsers of one account at another, and after their time. */
async function usurp({ world, loot, account }: Job): Promise<void> {
  const { generator } = world;
  const ticket = loot.any('ticket');
  const code = loot.any('code');
  if (ticket !== null && code !== null)
    await world.ask('verify', generator.chance(0.5) ? ticket.account : account, {
      code: code.text,
      ticket: ticket.text,
    });
  const trust = loot.any('trust');
  if (trust === null) return;
  const whose = generator.chance(0.5) ? trust.account : account;
  await world.ask('challenge', whose, { purpose: 'login', trustToken: trust.text });
}

/** Changes with a proof that was found, or with none. */
async function meddle({ world, loot, account }: Job): Promise<void> {
  const { generator } = world;
  const piece = loot.any('proof');
  const whose = piece !== null && generator.chance(0.6) ? piece.account : account;
  const proof = piece === null || generator.chance(0.3) ? {} : { proof: piece.text };
  const [factor] = world.ledger.factorsOf(whose);
  const kind = generator.below(8);
  if (kind === 6) await world.ask('erase', whose, proof);
  if (kind === 7) await world.ask('unfreeze', whose, proof);
  if (kind === 0 && factor !== undefined) await world.ask('revoke', whose, { factorId: factor.id, ...proof });
  if (kind === 1 && factor !== undefined)
    await world.ask('rename', whose, { factorId: factor.id, label: 'mine', ...proof });
  if (kind === 2) await world.ask('regenerate', whose, proof);
  if (kind === 3) await world.ask('setContacts', whose, { emails: ['thief@example.com'], ...proof });
  if (kind === 4) await world.ask('cancelReset', whose, proof);
  if (piece !== null && kind === 5) {
    const purpose = generator.pick(['login', 'pay', 'manage']);
    await world.ask('redeem', whose, { proof: piece.text, purpose });
  }
}

/** An enrollment begun with the password alone, to be finished when the owner has one of their own. */
async function plant({ world, account }: Job): Promise<void> {
  const { generator } = world;
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const made = valueOf(await world.ask('enroll', account, { kind: 'totp', secret }));
  if (made === null) return;
  const factorId = made.factor.id;
  const code = (): string => ownCode(made.secret, Math.floor(world.now() / periodSeconds));
  const owners = world.ledger.factorsOf(account).filter(({ id }) => id !== factorId);
  const waits = generator.chance(0.5) ? generator.between(30, 400) : generator.between(400, 1500);
  // With luck the owner enrolls meanwhile.
  for (let waited = 0; waited < waits; waited += 60) {
    await world.sleep(60);
    if (world.ledger.factorsOf(account).some(({ active, id }) => active !== null && id !== factorId)) break;
  }
  if (owners.length > 0 || generator.chance(0.5))
    await world.ask('verify', account, { code: code(), factorId });
  // A thief does not bind the first factor of an account here: it would be theirs, and nobody's fault.
  const isOwned = world.ledger
    .factorsOf(account)
    .some(({ active, id }) => active !== null && id !== factorId);
  if (isOwned) await world.ask('activate', account, { factorId, code: code() });
  await world.ask('verify', account, { code: code() });
}

/** Codes that nobody can guess, and that must lock nobody. */
async function guessBackupCodes({ world, account }: Job): Promise<void> {
  const { generator } = world;
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  for (let turn = 0; turn < 8; turn += 1) {
    const code = Array.from({ length: 16 }, () => alphabet[generator.below(32)]!).join('');
    await world.ask('verify', account, { code });
  }
}

const jobs: readonly ((job: Job) => Promise<void>)[] = [
  guess,
  guess,
  pressOn,
  replay,
  replay,
  usurp,
  usurp,
  meddle,
  meddle,
  plant,
  plant,
  guessBackupCodes,
];
