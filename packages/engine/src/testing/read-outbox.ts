import type { MessagePayload } from '../decisions/message.ts';
import { keyRing } from '../platform/key-ring.ts';
import { nodePlatform } from '../platform/node-crypto.ts';
import type { AccountStore } from '../ports/account-store.ts';
import { createVault } from '../vault.ts';

/** What waits in an outbox, opened, in no order; it is taken out, as a courier would. */
export async function readOutbox(
  store: AccountStore,
  { keys, now }: { readonly keys: string; readonly now: number },
): Promise<readonly MessagePayload[]> {
  const vault = createVault(keyRing(keys), nodePlatform);
  const messages = await store.claimMessages(1_000, 1, now);
  const payloads = messages.map(({ id, accountId, payload }) => {
    const opened = vault.open(payload, { id: accountId, holder: id, purpose: 'message' });
    if (opened.outcome !== 'opened') throw new Error(`A message does not open: ${opened.outcome}.`);
    return JSON.parse(new TextDecoder().decode(opened.plaintext)) as MessagePayload;
  });
  await store.settleMessages(messages.map(({ id }) => ({ id, outcome: 'settled' })));
  return payloads;
}
