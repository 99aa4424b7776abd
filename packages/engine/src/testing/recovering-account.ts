import type { MessagePayload } from '../decisions/message.ts';
import { testKeys } from './enrolled-account.ts';
import { openMailedAccount, type MailedAccount } from './mailed-account.ts';
import { readOutbox } from './read-outbox.ts';

export const day = 86_400;

/** Begins, or goes on with, a recovery, and gives the code that was mailed for it. */
export async function beginOwnRecovery({
  tidelock,
  store,
  clock,
}: Pick<MailedAccount, 'tidelock' | 'store' | 'clock'>): Promise<string> {
  await readOutbox(store, { keys: testKeys, now: clock.now() });
  await tidelock.beginRecovery('alice');
  const mails = await readOutbox(store, { keys: testKeys, now: clock.now() });
  const code = mails.find((mail) => mail.code !== undefined)?.code;
  if (code === undefined) throw new Error('No code was mailed.');
  return code;
}

/** Brings the newest mailed code of all that were mailed since the last look. */
export async function proveOwnRecovery(world: MailedAccount): Promise<void> {
  const codes = (await world.mails()).filter(({ code }) => code !== undefined);
  const newest = codes.toSorted((left, right) => left.notice.at - right.notice.at).at(-1);
  const verdict = await world.tidelock.confirmRecovery('alice', { code: newest?.code });
  if (verdict.outcome !== 'accepted') throw new Error(`The code was ${verdict.outcome}.`);
}

/** The token of the newest link among these mails. */
export function tokenOf(mails: readonly MessagePayload[]): string {
  const linked = mails.filter(({ link }) => link !== undefined);
  const newest = linked.toSorted((left, right) => left.notice.at - right.notice.at).at(-1);
  if (newest === undefined) throw new Error('No link was mailed.');
  return new URL(newest.link!).searchParams.get('token')!;
}

/** What keeps the address of pages, for links. */
export const linkedNotices = { channel: 'email', publicUrl: 'https://acme.example/2fa' } as const;

/** Somebody who may vouch, and begin a reset. */
export const administrator = { actor: 'carol', reason: 'showed a passport' } as const;

/** A well-formed code that nobody mailed. */
export const wrongMailedCode = '0000-0000';

/** With mailboxes and links. */
export function openRecoverable(
  options: Parameters<typeof openMailedAccount>[0] = {},
): Promise<MailedAccount> {
  return openMailedAccount({ notices: linkedNotices, ...options });
}

/** @throws Error where the device does not sign in any more */
export async function expectWorking({ tidelock, alice, clock }: MailedAccount): Promise<void> {
  clock.advance(3600);
  const verdict = await tidelock.verify('alice', { code: alice.code() });
  if (verdict.outcome !== 'accepted') throw new Error(`The code was ${verdict.outcome}.`);
  clock.advance(30);
}

export async function beginOnly({ tidelock }: MailedAccount): Promise<void> {
  await tidelock.beginRecovery('alice');
}

export async function beginAndConfirm(world: MailedAccount): Promise<void> {
  await world.tidelock.beginRecovery('alice');
  const mails = await world.mails();
  const { code } = mails.find((mail) => mail.code !== undefined)!;
  const verdict = await world.tidelock.confirmRecovery('alice', { code });
  if (verdict.outcome !== 'accepted') throw new Error(`The code was ${verdict.outcome}.`);
}

export async function beginAndWait(world: MailedAccount): Promise<void> {
  await beginAndConfirm(world);
  await world.tidelock.passwordChanged('alice');
}

export async function becomeReady(world: MailedAccount): Promise<void> {
  await beginAndWait(world);
  world.clock.advance(day);
  await world.tidelock.beginRecovery('alice');
}
