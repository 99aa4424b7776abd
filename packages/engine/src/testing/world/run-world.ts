import { valueOf, WorldViolation } from './act.ts';
import { Loot } from './actors/loot.ts';
import { liveAsImpostor } from './actors/impostor.ts';
import { demandFactors, demandNothing, rotateKeys } from './actors/operator.ts';
import { liveAsOwner } from './actors/owner.ts';
import { Person, type Device } from './actors/person.ts';
import { mindMailbox } from './actors/recovering.ts';
import {
  administrate,
  clockJumps,
  crashes,
  fallsOver,
  mail,
  oneRound,
  strangers,
  weather,
} from './actors/surroundings.ts';
import { liveAsThief } from './actors/thief.ts';
import { tryWhatIsLeft } from './epilogue.ts';
import { calm, lateSecondsMax } from './world-store.ts';
import { World } from './world.ts';

export interface WorldOptions {
  /** How long it lasts, in days; 40 where left out. */
  readonly days?: number;
}

export interface WorldReport {
  readonly seed: number;
  /** Calls that actors made. */
  readonly calls: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly locked: number;
  /** Calls of which nobody knows what became of them. */
  readonly inDoubt: number;
  readonly faults: number;
  /** One hash of everything that happened. */
  readonly traceHash: string;
}

const accounts = ['default/alice', 'default/bob', 'other/alice'] as const;
const day = 86_400;
const longerThanAnyLockSeconds = 3_700;

/**
 * Weeks of a small world, from one seed: people, thieves, administrators, servers that die, clocks that jump and a store that fails.
 * The same seed gives the same world, to the last bit.
 *
 * @throws WorldViolation where a rule was broken
 */
export async function runWorld(seed: number, { days = 40 }: WorldOptions = {}): Promise<WorldReport> {
  const world = new World(seed, days);
  await world.scheduler.runUntil(live(world));
  await tryWhatIsLeft(world);
  const outcomes = world.ledger.acts.map(({ answer }) => answer);
  const count = (wanted: string): number =>
    outcomes.filter(
      (answer) =>
        answer.kind === 'answered' && (answer.value as { outcome?: string } | null)?.outcome === wanted,
    ).length;
  return {
    seed,
    calls: world.calls,
    accepted: count('accepted'),
    rejected: count('rejected'),
    locked: count('locked'),
    inDoubt: world.ledger.acts.filter(({ span }) => span.isInDoubt).length,
    faults: outcomes.filter(({ kind }) => kind === 'fault').length,
    traceHash: world.traceHash(),
  };
}

async function live(world: World): Promise<void> {
  for (const process of world.processes) process.start();
  const loot = new Loot(world);
  const people = accounts.map((account) => new Person(world, account, loot));
  await Promise.all([
    ...people.map(liveAsOwner),
    ...people.map(mindMailbox),
    liveAsThief(world, loot, accounts),
    liveAsImpostor(world, accounts),
    demandFactors(world, accounts),
    rotateKeys(world),
    administrate(world, accounts),
    strangers(world, accounts),
    mail(world),
    weather(world),
    crashes(world),
    fallsOver(world),
    clockJumps(world),
  ]);
  await comeToRest(world);
  await demandNothing(world, accounts);
  await world.sleep(60);
  for (const person of people) await signInAgain(person);
  await postTheRest(world);
  await world.finish();
}

/** The store is well, every clock is right, and what was on its way has arrived. */
async function comeToRest(world: World): Promise<void> {
  world.store.weather = calm;
  for (const process of world.processes) {
    process.setClockRight();
    process.start();
  }
  await world.sleep(lateSecondsMax + 2 * day);
}

/** F3, S30: whoever has a working device gets in, whatever the months before were like. */
async function signInAgain(person: Person): Promise<void> {
  const { world, account } = person;
  const view = valueOf(await world.ask('account', account, {}));
  const device = person.devices.find(({ factorId }) =>
    view?.factors.some(({ id, status }) => id === factorId && status === 'active'),
  );
  if (device === undefined) return;
  for (let attempt = 0; attempt < 4; attempt += 1) {
    if (attempt === 2) await resync(person, device);
    await world.sleep(longerThanAnyLockSeconds);
    const ticket = await person.openTicket('login');
    if (ticket === null) throw new WorldViolation('S30', 'an enrolled account opens no ticket', view);
    const code = person.codeOf(device);
    const verdict = valueOf(await world.ask('verify', account, { code, factorId: device.factorId, ticket }));
    if (verdict?.outcome === 'accepted') return;
  }
  throw new WorldViolation('F3', 'somebody with a working device does not get in', {
    account,
    device,
    last: world.ledger.actsOf(account).slice(-10),
  });
}

async function resync(person: Person, device: Device): Promise<void> {
  const { world, account } = person;
  await world.sleep(longerThanAnyLockSeconds);
  const codes = [person.codeOf(device)];
  await world.sleep(30);
  codes.push(person.codeOf(device));
  await world.ask('resync', account, { factorId: device.factorId, codes });
}

async function postTheRest(world: World): Promise<void> {
  for (let round = 0; round < 40 && world.post.isWaiting; round += 1) {
    await world.sleep(1000);
    await oneRound(world, 0);
  }
}
