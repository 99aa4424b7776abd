import type { AccountId, AuditEvent, OutgoingMessage, StoredAccount, StoredEvent } from '@tidelock/engine';

/*
 * What the values are. A script takes apart what it has to change by line ends: each line but an account's record is
 * JSON, in which there are none.
 *
 *   account   VERSION, and after a line end the record where there is one
 *   event     POSITION, then account, sequence, time, hash, link, body
 *   message   time when it is due, time when it expires, then account, all else
 */

/** The value of an account; a record of null has no line of its own. */
export function accountText(version: number, record: string | null): string {
  return record === null ? String(version) : `${version}\n${record}`;
}

export function accountOf(text: string, { tenant, account }: AccountId): StoredAccount {
  const end = text.indexOf('\n');
  return {
    id: { tenant, account },
    version: Number(end === -1 ? text : text.slice(0, end)),
    record: end === -1 ? null : text.slice(end + 1),
  };
}

/** An event without its position, which the server gives. */
export function eventText(event: AuditEvent): string {
  const { tenant: _tenant, account, sequence, at, bodyHash, link, ...body } = event;
  return [account, sequence, at, bodyHash, link, body].map((part) => JSON.stringify(part)).join('\n');
}

export function eventOf(text: string, tenant: string, partition: number): StoredEvent {
  const [position, ...parts] = text.split('\n');
  const [account, sequence, at, bodyHash, link, body] = parts.map((part) => JSON.parse(part) as unknown);
  return {
    ...(body as Pick<StoredEvent, 'kind' | 'salt'>),
    tenant,
    account: account as string,
    sequence: sequence as number,
    at: at as number,
    bodyHash: bodyHash as string,
    link: link as string,
    position: `${position}-${partition}`,
  };
}

/** What stands in an event's last line when it was erased. */
export const erasedBody = '{"kind":"erased","salt":""}';

export function messageText({ accountId, channel, payload, dueAt, expiresAt }: OutgoingMessage): string {
  return [String(dueAt), String(expiresAt), ownerText(accountId), JSON.stringify({ channel, payload })].join(
    '\n',
  );
}

export function messageOf(id: string, text: string): OutgoingMessage {
  const [dueAt, expiresAt, owner, rest] = text.split('\n');
  const [tenant, account] = JSON.parse(owner!) as [string, string];
  const { channel, payload } = JSON.parse(rest!) as { channel: string; payload: string };
  return {
    id,
    accountId: { tenant, account },
    channel,
    payload,
    dueAt: Number(dueAt),
    expiresAt: Number(expiresAt),
  };
}

/** The line by which a script knows whose message it is. */
export function ownerText({ tenant, account }: AccountId): string {
  return JSON.stringify([tenant, account]);
}

/** The texts that a script gives; none where there is no store. */
export function listOf(answer: unknown): readonly string[] {
  return (answer ?? []) as readonly string[];
}

/** The same two by two. */
export function pairsOf(answer: unknown): readonly (readonly [string, string])[] {
  const list = listOf(answer);
  return Array.from(
    { length: list.length / 2 },
    (_, index) => [list[2 * index]!, list[2 * index + 1]!] as const,
  );
}
