import { valueOf } from '../act.ts';
import { ownCode, periodSeconds } from '../own-codes.ts';
import { anyWish } from './operator.ts';
import type { Device, Person } from './person.ts';
import { loseEverything } from './recovering.ts';
import { oneRound } from './surroundings.ts';

type Errand = (person: Person) => Promise<void>;

/** What people do with their second factor, over months. */
export async function liveAsOwner(person: Person): Promise<void> {
  const { world } = person;
  const { generator } = world;
  await world.sleep(generator.magnitude(1, 86_400));
  while (!world.isOver) {
    if (person.devices.length === 0) await enroll(person);
    else await generator.pick(errands)(person);
    await world.sleep(generator.magnitude(20, 40 * 86_400));
  }
}

/** From contacts and a QR code to the first right code: left unfinished now and then, and repeated where an answer got lost. */
async function enroll(person: Person): Promise<void> {
  if (person.world.generator.chance(0.8)) await setContacts(person, undefined);
  await addDevice(person, undefined);
}

async function setContacts({ world, account }: Person, proof: string | undefined): Promise<void> {
  const number = 1 + world.generator.below(2);
  const emails = Array.from({ length: number }, (_, at) => `m${world.generator.below(90)}.${at}@example.com`);
  const friend = `friend${world.generator.below(9)}@example.org`;
  const trusted = world.generator.chance(0.6) ? { trustedContacts: [friend] } : {};
  await world.ask('setContacts', account, { emails, ...trusted, ...(proof === undefined ? {} : { proof }) });
}

async function addDevice(person: Person, proof: string | undefined): Promise<void> {
  const { world, account } = person;
  const { generator } = world;
  const kind = generator.chance(0.75) ? 'totp' : 'hotp';
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const made = valueOf(
    await world.ask('enroll', account, { kind, secret, ...(proof === undefined ? {} : { proof }) }),
  );
  if (made === null || generator.chance(0.15)) return;
  const device = { factorId: made.factor.id, kind, secret: made.secret, counter: 0, isLost: false } as const;
  // Unfinished for a while, it is too late.
  await world.sleep(generator.chance(0.08) ? generator.between(900, 2000) : generator.between(5, 120));
  await activate(person, { ...device });
}

async function activate(person: Person, device: Device, waitsForMail = false): Promise<boolean> {
  const { world, account, loot } = person;
  const { factorId } = device;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const code = person.codeOf(device);
    loot.mayLeak('code', account, code);
    const mail = waitsForMail ? await readMail(person) : {};
    const act = await world.ask('activate', account, { factorId, code, ...mail });
    const value = valueOf(act);
    if (value?.outcome === 'accepted') {
      keepCodes(person, value.backupCodes ?? []);
      person.devices.push(device);
      person.isRemembered = true;
      // The same code once more: it is spent.
      if (world.generator.chance(0.3)) await person.type(code, { factorId });
      return true;
    }
    await world.sleep(30);
    const view = valueOf(await world.ask('account', account, {}));
    const factor = view?.factors.find(({ id }) => id === factorId);
    if (factor?.status === 'active') {
      person.devices.push(device);
      return true;
    }
    if (view !== null && factor === undefined) return false;
  }
  return false;
}

/** A new phone in the place of the old one, which works until then; the new one wants the code that came by mail. */
async function replacePhone(person: Person): Promise<void> {
  const { world, account } = person;
  const { generator } = world;
  const old = person.anyDevice();
  const proof = old === null ? null : await person.prove('manage');
  if (old === null || proof === null) return;
  const kind = generator.chance(0.75) ? 'totp' : 'hotp';
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const request = { kind, secret, replaces: old.factorId, proof } as const;
  const made = valueOf(await world.ask('enroll', account, request));
  if (made === null) return;
  const device: Device = {
    factorId: made.factor.id,
    kind,
    secret: made.secret,
    counter: 0,
    isLost: false,
  };
  await world.sleep(generator.between(5, 60));
  if (made.emailCode !== undefined && generator.chance(0.25)) {
    await world.sleep(30);
    await world.ask('resend', account, { factorId: device.factorId });
  }
  if (generator.chance(0.3)) await person.type(person.codeOf(device), { factorId: device.factorId });
  if (generator.chance(0.3)) await person.type(person.codeOf(old), { factorId: old.factorId });
  if (!(await activate(person, device, made.emailCode !== undefined))) return;
  person.devices = person.devices.filter((kept) => kept !== old);
  if (generator.chance(0.5)) await person.type(person.codeOf(old), { factorId: old.factorId });
}

/** What has come by mail, or what somebody guesses; nothing, where nothing has come. */
async function readMail({ world, account }: Person): Promise<{ readonly emailCode?: string }> {
  const { generator } = world;
  if (generator.chance(0.2)) return generator.chance(0.5) ? {} : { emailCode: '0000-0000' };
  await oneRound(world, 0.1);
  const arrived = world.post.arrived.filter((mail) => generator.chance(0.05) || mail.account === account);
  const newest = generator.chance(0.1) ? generator.pick(arrived) : arrived.at(-1);
  return newest === undefined ? {} : { emailCode: newest.code };
}

function keepCodes(person: Person, codes: readonly string[]): void {
  if (codes.length === 0) return;
  person.backupCodes = [...codes];
  person.loot.mayLeak('backupCode', person.account, codes[0]!);
  person.loot.mayLeak('backupCode', person.account, codes[3]!);
}

async function signIn(person: Person): Promise<void> {
  const { world, account } = person;
  const proof = await person.prove('login');
  if (proof === null) return;
  const { generator } = world;
  const redeem = (purpose: string, actHash?: string) =>
    world.ask('redeem', account, { proof, purpose, ...(actHash === undefined ? {} : { actHash }) });
  if (generator.chance(0.2)) await redeem('pay');
  if (generator.chance(0.2)) await redeem('login', 'other');
  if (generator.chance(0.2)) await Promise.all([redeem('login'), redeem('login')]);
  else await redeem('login');
  if (generator.chance(0.2)) await redeem('login');
}

async function approve(person: Person): Promise<void> {
  const { world, account } = person;
  const proof = await person.prove('pay', 'hash-of-100');
  if (proof === null) return;
  if (world.generator.chance(0.4))
    await world.ask('redeem', account, { proof, purpose: 'pay', actHash: 'hash-of-900' });
  await world.ask('redeem', account, { proof, purpose: 'pay', actHash: 'hash-of-100' });
}

async function signInFromTrusted({ world, account, trustToken }: Person): Promise<void> {
  if (trustToken === null) return;
  const purpose = world.generator.chance(0.8) ? 'login' : 'manage';
  await world.ask('challenge', account, { purpose, trustToken });
}

/** One change, and the same proof once more for another. */
async function change(person: Person): Promise<void> {
  const { world, account } = person;
  const { generator } = world;
  const proof = await person.prove('manage');
  if (proof === null) return;
  const kind = generator.below(8);
  const device = generator.pick(person.devices);
  if (kind === 0) await addDevice(person, proof);
  if (kind === 1) await world.ask('rename', account, { factorId: device.factorId, label: 'phone', proof });
  if (kind === 2) await revoke(person, device, proof);
  if (kind === 3) {
    const value = valueOf(await world.ask('regenerate', account, { proof }));
    if (value !== null) keepCodes(person, value.backupCodes);
  }
  if (kind === 4) await setContacts(person, proof);
  if (kind === 5) await world.ask('cancelReset', account, { proof });
  if (kind === 6) await demand(person, proof);
  if (kind === 7 && generator.chance(0.5)) await erase(person, proof);
  if (generator.chance(0.4))
    await world.ask('rename', account, { factorId: device.factorId, label: 'again', proof });
}

/** Says that everybody, or somebody, must have a second factor, by a proof of an own one. */
async function demand({ world, account }: Person, proof: string): Promise<void> {
  const { generator } = world;
  const request = { wish: anyWish(world), author: { account, proof } };
  const target = generator.chance(0.5) ? account : `${account.split('/')[0]}/bob`;
  if (generator.chance(0.5)) await world.ask('setRequirements', account, request);
  else await world.ask('setRequirement', target, request);
}

async function erase(person: Person, proof: string): Promise<void> {
  const { world, account } = person;
  const device = person.anyDevice();
  if (valueOf(await world.ask('erase', account, { proof })) === null && person.devices.length > 0) {
    const view = valueOf(await world.ask('account', account, {}));
    if (view?.status !== 'none') return;
  }
  person.devices = [];
  person.backupCodes = [];
  person.isRemembered = false;
  if (device !== null) await person.type(person.codeOf(device), {});
}

/** A change by a proof of something else: of a sign-in, or of an act. */
async function changeByOtherProof(person: Person): Promise<void> {
  const { world, account } = person;
  const { generator } = world;
  const proof = await (generator.chance(0.5) ? person.prove('login') : person.prove('manage', 'hash-of-100'));
  const device = person.anyDevice();
  if (proof === null || device === null) return;
  const { factorId } = device;
  if (generator.chance(0.3)) await demand(person, proof);
  else if (generator.chance(0.7)) await world.ask('rename', account, { factorId, label: 'other', proof });
  else await world.ask('erase', account, { proof });
}

/** A device is taken off: what was opened and proved before is tried afterwards. */
async function evict(person: Person): Promise<void> {
  const { world, account } = person;
  const { generator } = world;
  const [first, second] = person.devices;
  if (first === undefined || second === undefined) return;
  const early = await person.prove('manage');
  const ticket = await person.openTicket('login');
  await world.sleep(31);
  const proof = await person.prove('manage');
  if (early === null || proof === null) return;
  await revoke(person, second, proof);
  const { factorId } = first;
  if (generator.chance(0.5)) await world.ask('rename', account, { factorId, label: 'left', proof: early });
  else await world.ask('redeem', account, { proof: early, purpose: 'manage' });
  await world.sleep(31);
  if (ticket !== null) await person.type(person.codeOf(first), { ticket });
}

/** The clock of a phone is hours off: two codes in a row, with a ticket and without. */
async function showWrongTime(person: Person): Promise<void> {
  const { world } = person;
  const device = person.devices.find(({ kind }) => kind === 'totp');
  if (device === undefined) return;
  const away = world.generator.pick([-7200, 3600, 5400]);
  const ticket = world.generator.chance(0.5) ? await person.openTicket('login') : null;
  for (let turn = 0; turn < 3; turn += 1) {
    const code = ownCode(device.secret, Math.floor((world.now() + away) / periodSeconds));
    await person.type(code, { factorId: device.factorId, ...(ticket === null ? {} : { ticket }) });
    await world.sleep(30);
  }
}

async function revoke(person: Person, device: Device, proof: string): Promise<void> {
  const { world, account } = person;
  const value = valueOf(await world.ask('revoke', account, { factorId: device.factorId, proof }));
  if (value === null) return;
  person.devices = person.devices.filter((kept) => kept !== device);
  if (!value.enrolled) person.isRemembered = false;
  // What is gone is tried once more.
  await person.type(person.codeOf(device), {});
}

async function changePassword({ world, account }: Person): Promise<void> {
  const call = world.generator.chance(0.6) ? 'passwordChanged' : 'revokeTrusted';
  await world.ask(call, account, {});
}

/** A typing error, a code of long ago, and something that is no code. */
async function mistype(person: Person): Promise<void> {
  const { generator } = person.world;
  const device = person.anyDevice();
  if (device === null) return;
  const code = generator.pick(['123456', '', 'hello', '12345678901', person.codeOf(device)]);
  await person.type(code, {});
  await person.type(person.codeOf(device), { factorId: device.factorId });
}

async function resync(person: Person): Promise<void> {
  const { world, account } = person;
  const device = person.anyDevice();
  if (device === null) return;
  if (device.kind === 'hotp') device.counter += world.generator.below(12);
  const codes = [person.codeOf(device)];
  await world.sleep(30);
  codes.push(person.codeOf(device));
  const request = { factorId: device.factorId, codes };
  await world.ask('resync', account, request);
  if (world.generator.chance(0.5)) await world.ask('resync', account, request);
  await person.type(codes[1]!, { factorId: device.factorId });
}

/** Looks at the account: devices that are gone are thrown away. */
async function lookAround(person: Person): Promise<void> {
  const view = valueOf(await person.world.ask('account', person.account, {}));
  if (view === null) return;
  person.devices = person.devices.filter(({ factorId }) =>
    view.factors.some(({ id, status }) => id === factorId && status === 'active'),
  );
  if (view.status === 'none') person.isRemembered = false;
}

const errands: readonly Errand[] = [
  signIn,
  signIn,
  signIn,
  signIn,
  approve,
  signInFromTrusted,
  signInFromTrusted,
  change,
  change,
  change,
  replacePhone,
  replacePhone,
  changePassword,
  mistype,
  resync,
  lookAround,
  changeByOtherProof,
  evict,
  showWrongTime,
  loseEverything,
  loseEverything,
];
