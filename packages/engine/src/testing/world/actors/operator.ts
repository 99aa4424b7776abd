import type { RequirementWish } from '../../../account/requirement.ts';
import { keyRing } from '../../../platform/key-ring.ts';
import { lateSecondsMax } from '../world-store.ts';
import { worldKeys, type World } from '../world.ts';

const hour = 3600;
const day = 24 * hour;

/** Says now and then who must have a second factor: everybody of a tenant, or one account. */
export async function demandFactors(world: World, accounts: readonly string[]): Promise<void> {
  const { generator } = world;
  await world.sleep(generator.between(1, 30) * day);
  while (!world.isOver) {
    const account = generator.pick(accounts);
    const wish = anyWish(world);
    if (generator.chance(0.5)) await world.ask('setRequirements', account, { wish });
    else await world.ask('setRequirement', account, { wish: generator.chance(0.4) ? null : wish });
    await world.sleep(generator.magnitude(day, 25 * day));
  }
}

/** Anybody's idea of what should hold. */
export function anyWish({ generator }: World): RequirementWish {
  const level = generator.chance(0.6) ? 'required' : 'optional';
  const graceDays = generator.pick([0, 1, 7, 14]);
  const kinds = generator.pick([['totp'], ['hotp'], ['totp', 'hotp'], ['totp', 'hotp']] as const);
  return { level, graceDays, kinds };
}

/** At the end nobody must have anything, so that whoever has a device can sign in by it. */
export async function demandNothing(world: World, accounts: readonly string[]): Promise<void> {
  for (const account of accounts) {
    await world.ask('setRequirement', account, { wish: null });
    await world.ask('setRequirements', account, { wish: { level: 'optional' } });
  }
}

/** A new key: first every server can read it, then it seals, then all is sealed anew, and the old one is dropped. */
export async function rotateKeys(world: World): Promise<void> {
  const { generator } = world;
  const rings = Object.values(worldKeys);
  for (let at = 1; at < rings.length; at += 1) {
    await world.sleep(generator.magnitude(2 * day, 30 * day));
    if (world.isOver) return;
    const [old, young] = [rings[at - 1]!, rings[at]!];
    await rollOut(world, `${old},${young}`);
    await rollOut(world, `${young},${old}`);
    await world.sleep(lateSecondsMax + 60);
    if (!(await retire(world, old.split(':')[0]!))) return;
    await rollOut(world, young);
  }
}

async function retire(world: World, key: string): Promise<boolean> {
  const { generator } = world;
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const start = world.now();
    const retired = await world.anyProcess().rotate();
    // A clock that is wrong takes messages that wait for ones that have run out.
    if (retired?.includes(key) === true && world.wasSane(start - 1, world.now())) {
      await world.retire([key]);
      return true;
    }
    await world.sleep(generator.magnitude(60, 5 * day));
  }
  return false;
}

async function rollOut(world: World, ring: string): Promise<void> {
  for (const process of world.processes) {
    process.crash();
    process.setKeys(keyRing(ring));
    await world.sleep(world.generator.magnitude(0.2, 30));
    process.start();
    await world.sleep(world.generator.magnitude(1, 600));
  }
}
