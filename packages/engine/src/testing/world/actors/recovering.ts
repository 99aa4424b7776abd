import type { NoticeKind } from '../../../account/notice.ts';
import { valueOf } from '../act.ts';
import type { Person } from './person.ts';
import { oneRound } from './surroundings.ts';

const hour = 3600;

/** Everything is gone: begun, proved by mail and by something else, waited for, and carried out; or found again meanwhile. */
export async function loseEverything(person: Person): Promise<void> {
  const { generator } = person.world;
  const devices = [...person.devices];
  const codes = [...person.backupCodes];
  for (const device of devices) device.isLost = true;
  person.backupCodes = [];
  person.isRecovering = true;
  const isDone = await recover(person);
  person.isRecovering = false;
  if (isDone) {
    person.devices = [];
    person.isRemembered = false;
    // The old phone turns up in a drawer.
    if (generator.chance(0.3)) await person.type(person.codeOf(devices[0]!), {});
    return;
  }
  for (const device of devices) device.isLost = false;
  person.backupCodes = codes;
}

async function recover(person: Person): Promise<boolean> {
  const { world, account } = person;
  const { generator } = world;
  const proofs = [() => proveByMail(person), () => proveOtherwise(person)];
  if (generator.chance(0.4)) await world.ask('beginRecovery', account, {});
  for (const prove of generator.chance(0.6) ? proofs : proofs.toReversed()) {
    await prove();
    await world.sleep(generator.magnitude(31, 3 * hour));
    if (generator.chance(0.06)) return false;
  }
  // Too early, and by what comes of it.
  if (generator.chance(0.3)) await lastWord(person);
  await world.sleep(
    generator.chance(0.8) ? generator.between(24, 40) * hour : generator.magnitude(hour, 130 * hour),
  );
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await lastWord(person)) return true;
    const view = valueOf(await world.ask('account', account, {}));
    if (view?.status === 'none') return true;
    await world.sleep(generator.magnitude(60, 4 * hour));
  }
  return false;
}

async function proveByMail(person: Person): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await person.world.ask('beginRecovery', person.account, {});
    if (await confirm(person, 'recovery-code', 'owner')) return;
    await person.world.sleep(40);
  }
}

async function proveOtherwise(person: Person): Promise<void> {
  const { world, account } = person;
  const kind = world.generator.below(3);
  if (kind === 0) await world.ask('passwordChanged', account, {});
  if (kind === 1) await world.ask('vouch', account, {});
  if (kind < 2) return;
  const begun = valueOf(await world.ask('beginRecovery', account, { to: 'contact' }));
  if (begun === null) await world.ask('vouch', account, {});
  else await confirm(person, 'contact-code', 'contact');
}

async function lastWord(person: Person): Promise<boolean> {
  const { world, account } = person;
  const begun = valueOf(await world.ask('beginRecovery', account, {}));
  // Asked for a second time, the first code is dead.
  if (world.generator.chance(0.2)) {
    await world.sleep(40);
    await world.ask('beginRecovery', account, {});
  }
  return begun !== null && confirm(person, 'recovery-last-code', 'owner');
}

/** Types what has come; now and then another one, one of before, or the same twice. */
async function confirm(person: Person, kind: NoticeKind, from: 'owner' | 'contact'): Promise<boolean> {
  const { world, account } = person;
  const { generator } = world;
  await oneRound(world, 0.1);
  const arrived = world.post.arrived.filter((mail) => mail.account === account);
  const right = arrived.filter((mail) => mail.kind === kind);
  const chosen = generator.chance(0.1) ? generator.pick(arrived) : right.at(-1);
  const code = chosen?.code ?? '0000-0000';
  const earlier = right.at(-2)?.code;
  if (earlier !== undefined && generator.chance(0.2))
    await world.ask('confirmRecovery', account, { code: earlier, from });
  if (generator.chance(0.06)) await world.ask('cancelByCode', account, { code });
  const asked = [world.ask('confirmRecovery', account, { code, from })];
  if (generator.chance(0.2)) asked.push(world.ask('confirmRecovery', account, { code, from }));
  const verdicts = (await Promise.all(asked)).map((act) => valueOf(act));
  if (generator.chance(0.2)) await world.ask('confirmRecovery', account, { code, from });
  return verdicts.some((verdict) => verdict?.outcome === 'accepted');
}

/** Reads the mails that say that a recovery goes on: "this was not me" is frozen, cancelled, or seen too late. */
export async function mindMailbox(person: Person): Promise<void> {
  const { world, account } = person;
  const { generator } = world;
  let seen = 0;
  while (!world.isOver) {
    await world.sleep(generator.magnitude(hour, 30 * hour));
    const links = world.post.arrivedLinks.filter((link) => link.account === account);
    if (links.length === seen) continue;
    seen = links.length;
    if (person.isRecovering && generator.chance(0.9)) continue;
    const token = (generator.chance(0.8) ? links.at(-1)! : generator.pick(links)).token;
    await stop(person, token);
  }
}

async function stop(person: Person, token: string): Promise<void> {
  const { world, account } = person;
  const { generator } = world;
  const kind = generator.below(5);
  if (kind === 0) await world.ask('cancelByLink', account, { token });
  if (kind === 1) await person.prove('login');
  if (kind > 1) await freeze(person, token);
  // A second click, or whoever finds the mail later.
  if (generator.chance(0.4)) await world.ask('freeze', account, { token });
}

async function freeze(person: Person, token: string): Promise<void> {
  const { world, account } = person;
  const { generator } = world;
  const [proof, ticket] = generator.chance(0.3)
    ? [await person.prove('manage'), await person.openTicket('login')]
    : [null, null];
  const clicks = Array.from({ length: 1 + generator.below(2) }, () =>
    world.ask('freeze', account, { token }),
  );
  await Promise.all(clicks);
  const device = person.anyDevice();
  if (proof !== null && device !== null)
    await world.ask('rename', account, { factorId: device.factorId, label: 'mine', proof });
  if (ticket !== null && device !== null) {
    await world.sleep(30);
    await person.type(person.codeOf(device), { ticket });
  }
  if (person.trustToken !== null)
    await world.ask('challenge', account, { purpose: 'login', trustToken: person.trustToken });
  if (generator.chance(0.5)) await world.ask('beginRecovery', account, {});
  if (generator.chance(0.3)) await world.ask('reset', account, {});
  await world.sleep(generator.magnitude(hour, 60 * hour));
  const lifting = generator.chance(0.5) ? await person.prove('manage') : null;
  if (lifting !== null) await world.ask('unfreeze', account, { proof: lifting });
  else await world.ask('unfreezeFor', account, {});
}
