import type {
  AccountSummary,
  OutgoingMessage,
  StoredAccount,
  StoredEvent,
  AccountId,
} from '@tidelock/engine';
import type { Row } from './pool.ts';

export function accountOf(row: Row, { tenant, account }: AccountId): StoredAccount {
  return { id: { tenant, account }, version: Number(row['version']), record: row['record'] as string | null };
}

export function summaryOf(row: Row, tenant: string): AccountSummary {
  return { id: { tenant, account: String(row['account']) }, version: Number(row['version']) };
}

export function eventOf(row: Row, tenant: string): StoredEvent {
  const body = JSON.parse(String(row['body'])) as Pick<StoredEvent, 'kind' | 'salt'>;
  return {
    ...body,
    tenant,
    account: String(row['account']),
    sequence: Number(row['sequence']),
    at: Number(row['at']),
    bodyHash: String(row['body_hash']),
    link: String(row['link']),
    position: String(row['position']),
  };
}

export function messageOf(row: Row): OutgoingMessage {
  return {
    id: String(row['message_id']),
    accountId: { tenant: String(row['tenant']), account: String(row['account']) },
    channel: String(row['channel']),
    payload: String(row['payload']),
    dueAt: Number(row['due_at']),
    expiresAt: Number(row['expires_at']),
  };
}
