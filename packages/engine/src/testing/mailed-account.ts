import type { MessagePayload } from '../decisions/message.ts';
import {
  enrollAccount,
  openTestTidelock,
  testKeys,
  type EnrolledAccount,
  type TestOptions,
  type TestTidelock,
} from './enrolled-account.ts';
import { readOutbox } from './read-outbox.ts';

/** Somebody with an authenticator app and two mailboxes. */
export interface MailedAccount extends TestTidelock {
  readonly alice: EnrolledAccount;
  /** What was mailed since the last look. */
  mails(): Promise<readonly MessagePayload[]>;
  /** The newest code among it, and whom it was mailed to. */
  mailedCode(): Promise<string>;
}

export const ownEmails = ['alice@example.org', 'a.smith@mail.example.com'] as const;

/** Enrolled, with contacts that were set before; what was mailed for it is gone. */
export async function openMailedAccount(
  options: TestOptions & { readonly trustedContacts?: readonly string[] } = {},
): Promise<MailedAccount> {
  const { trustedContacts, ...rest } = options;
  const bench = openTestTidelock({ notices: { channel: 'email' }, ...rest });
  const trusted = trustedContacts === undefined ? {} : { trustedContacts };
  await bench.tidelock.setContacts('alice', { emails: ownEmails, ...trusted });
  const alice = await enrollAccount(bench);
  const mails = () => readOutbox(bench.store, { keys: options.keys ?? testKeys, now: bench.clock.now() });
  await mails();
  return {
    ...bench,
    alice,
    mails,
    async mailedCode() {
      const codes = (await mails()).flatMap(({ code }) => (code === undefined ? [] : [code]));
      const [code] = new Set(codes);
      if (code === undefined || new Set(codes).size > 1)
        throw new Error(`${new Set(codes).size} codes were mailed.`);
      return code;
    },
  };
}
