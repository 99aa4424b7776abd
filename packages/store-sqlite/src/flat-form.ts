import type { AccountChange, AccountId, OutgoingMessage, StoredEvent } from '@tidelock/engine';
import type { FlatChange, FlatEvent, FlatMessage } from './worker-protocol.ts';

/** tenant, account, one after the other. */
export function flattenIds(ids: readonly AccountId[]): string[] {
  const flat: string[] = [];
  for (const { tenant, account } of ids) flat.push(tenant, account);
  return flat;
}

export function flattenChange(change: AccountChange): FlatChange {
  const { id, expectedVersion, record, events, messages, erasedAt = null, prunedThrough = null } = change;
  const flatEvents: (string | number)[] = [];
  for (const { tenant: _tenant, account: _account, sequence, at, ...body } of events) {
    flatEvents.push(sequence, at, JSON.stringify(body));
  }
  const flatMessages: (string | number)[] = [];
  for (const message of messages) {
    flatMessages.push(message.id, message.channel, message.payload, message.dueAt, message.expiresAt);
  }
  const { tenant, account } = id;
  return [tenant, account, expectedVersion, record, flatEvents, flatMessages, erasedAt, prunedThrough];
}

export function unflattenEvent(
  [position, account, sequence, at, body]: FlatEvent,
  tenant: string,
): StoredEvent {
  const draft = JSON.parse(body) as Omit<StoredEvent, 'tenant' | 'account' | 'sequence' | 'at' | 'position'>;
  return { ...draft, tenant, account, sequence, at, position: String(position) };
}

export function unflattenMessage(message: FlatMessage): OutgoingMessage {
  const [id, tenant, account, channel, payload, dueAt, expiresAt] = message;
  return { id, accountId: { tenant, account }, channel, payload, dueAt, expiresAt };
}
