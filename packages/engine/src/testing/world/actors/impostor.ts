import { valueOf } from '../act.ts';
import type { World } from '../world.ts';

const hour = 3600;
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Somebody who says that they lost everything: with the password, and at times with the mailbox too. */
export async function liveAsImpostor(world: World, accounts: readonly string[]): Promise<void> {
  const { generator } = world;
  await world.sleep(generator.magnitude(hour, 200 * hour));
  while (!world.isOver) {
    const account = generator.pick(accounts);
    await generator.pick(tricks)(world, account);
    await world.sleep(generator.magnitude(6 * hour, 600 * hour));
  }
}

type Trick = (world: World, account: string) => Promise<void>;

function anyCode({ generator }: World): string {
  const draw = (): string => Array.from({ length: 4 }, () => alphabet[generator.below(32)]!).join('');
  return `${draw()}-${draw()}`;
}

/** Begins, guesses what was mailed, begins anew and guesses on, on both calls that take it. */
async function guess(world: World, account: string): Promise<void> {
  const { generator } = world;
  for (let turn = 0; turn < 2; turn += 1) {
    await world.ask('beginRecovery', account, generator.chance(0.3) ? { to: 'contact' } : {});
    const guesses = Array.from({ length: 2 + generator.below(6) }, () => {
      const code = generator.chance(0.15) ? 'no code' : anyCode(world);
      if (generator.chance(0.2)) return world.ask('cancelByCode', account, { code });
      return world.ask('confirmRecovery', account, {
        code,
        from: generator.pick(['owner', 'contact'] as const),
      });
    });
    await Promise.all(guesses);
    await world.sleep(generator.magnitude(31, hour));
  }
}

/** A new password before, meanwhile and afterwards: it is one proof of two, and of nothing that was not begun. */
async function changePasswords(world: World, account: string): Promise<void> {
  await world.ask('passwordChanged', account, {});
  await world.ask('beginRecovery', account, {});
  if (world.generator.chance(0.5)) await world.ask('passwordChanged', account, {});
  await world.sleep(world.generator.between(20, 30) * hour);
  await world.ask('confirmRecovery', account, { code: anyCode(world) });
  await world.ask('completeReset', account, {});
}

/** Codes and links of other people, other stages and other days. */
async function usurp(world: World, account: string): Promise<void> {
  const { generator, post } = world;
  if (generator.chance(0.6)) await world.ask('beginRecovery', account, {});
  for (let turn = 0; turn < 3; turn += 1) {
    const mail = post.arrived.length === 0 ? undefined : generator.pick(post.arrived.slice(-12));
    const from = generator.pick(['owner', 'contact'] as const);
    if (mail !== undefined)
      await world.ask('confirmRecovery', generator.chance(0.5) ? account : mail.account, {
        code: mail.code,
        from,
      });
    const link = post.arrivedLinks.length === 0 ? undefined : generator.pick(post.arrivedLinks.slice(-8));
    const call = generator.pick(['freeze', 'cancelByLink'] as const);
    if (link !== undefined && generator.chance(0.4))
      await world.ask(call, generator.chance(0.5) ? account : link.account, { token: link.token });
    await world.sleep(generator.magnitude(10, 300));
  }
}

/** With the mailbox as well: all that is left to the owner is the waiting time, and what is mailed of it. */
async function readMailbox(world: World, account: string): Promise<void> {
  const { generator, post } = world;
  const read = async (): Promise<void> => {
    await world.ask('beginRecovery', account, {});
    await world.sleep(generator.between(1, 9) * 60);
    const code = post.arrived.findLast((mail) => mail.account === account)?.code ?? anyCode(world);
    await world.ask('confirmRecovery', account, { code });
  };
  await read();
  await world.ask('passwordChanged', account, {});
  await world.sleep(generator.magnitude(hour, 30 * hour));
  await read();
  const view = valueOf(await world.ask('recovery', account, {}));
  if (typeof view?.readyAt === 'number') await world.sleep(Math.max(60, view.readyAt - world.now()));
  await read();
}

const tricks: readonly Trick[] = [guess, guess, changePasswords, usurp, usurp, readMailbox];
