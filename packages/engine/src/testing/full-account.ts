import { accountCodec } from '../account/account-record.ts';
import type { Account } from '../account/account.ts';
import type { AccountId } from '../account/account-id.ts';
import { enrollAccount, openTestTidelock, type TestTidelock } from './enrolled-account.ts';

/**
 * An account that has one of everything that is sealed, and more, made by the engine itself. Whoever seals something new in the
 * record lets it appear here, so that what is said of all sealed members is said of it, too.
 */
export async function fullAccount(
  world: TestTidelock = openTestTidelock({
    policy: { trustedBrowserDays: 7 },
    notices: { channel: 'email' },
  }),
): Promise<{ readonly id: AccountId; readonly account: Account }> {
  const { tidelock, store } = world;
  const name = 'alice';
  await tidelock.setContacts(name, { emails: ['alice@example.com'], locale: 'de' });
  const alice = await enrollAccount(world, name);
  const trusting = await tidelock.verify(name, {
    code: alice.code(),
    ticket: await alice.ticket(),
    trustBrowser: true,
  });
  if (trusting.outcome !== 'accepted') throw new Error(`The code was ${trusting.outcome}.`);
  world.clock.advance(30);
  await tidelock.hotp.enroll(name, { accountName: name, label: 'token', proof: await alice.proof() });
  // In place of the first one, so that a code is mailed.
  const tablet = { accountName: name, label: 'tablet', replaces: alice.factorId };
  await tidelock.totp.enroll(name, { ...tablet, proof: await alice.proof() });
  await tidelock.reset(name, { actor: 'carol', reason: 'phone stolen' });
  await alice.proof();
  await alice.ticket();
  const id = { tenant: 'default', account: name };
  const [stored] = await store.load([id]);
  return { id, account: accountCodec.decode(stored?.record ?? null) };
}
