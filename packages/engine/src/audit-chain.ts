import type { AccountId } from './account/account-id.ts';
import type { AuditEvent, EventDraft } from './account/audit-event.ts';
import type { Platform } from './ports/platform.ts';

/** Where an account's chain stands: how many events it has, and the link of the last. The record carries it. */
export interface ChainTail {
  readonly count: number;
  /** Empty before the first event. */
  readonly link: string;
}

/** What a link is made of besides the link before it. */
export type LinkedEvent = Pick<AuditEvent, 'tenant' | 'account' | 'sequence' | 'bodyHash'>;

/**
 * Ties the events of an account to each other, so that an edit, a deletion, a swap and a cut are seen by whoever has the
 * audit key (B09, LOG-05). A link covers the *hash* of the event's body: a body can be erased, and the rest still verifies.
 */
export interface AuditChain {
  /** Makes the next event of an account of what a decision said. */
  append(id: AccountId, tail: ChainTail, at: number, draft: EventDraft): AuditEvent;
  /** The link that follows from the one before it. */
  linkOf(previous: string, event: LinkedEvent): string;
}

const saltBytes = 12;

/** In this order the members of a body are hashed; a member that an event does not have is left out. */
const bodyMembers = [
  'salt',
  'at',
  'kind',
  'factorId',
  'method',
  'reason',
  'actor',
  'note',
  'purpose',
  'failures',
  'codesLeft',
  'until',
] as const satisfies readonly (keyof AuditEvent)[];

/** `auditKey` is asked for at each event: a store's key is known only once the store was opened. */
export function createAuditChain(
  platform: Pick<Platform, 'digest' | 'encode' | 'mac' | 'random'>,
  auditKey: () => unknown,
): AuditChain {
  const linkOf: AuditChain['linkOf'] = (previous, { tenant, account, sequence, bodyHash }) => {
    const parts = [previous, tenant, account, String(sequence), bodyHash];
    return platform.mac(auditKey(), parts.map((part) => `${part.length}:${part}`).join(''));
  };
  return {
    linkOf,
    append({ tenant, account }, tail, at, draft) {
      // The salt keeps an erased body from being found again by trying what it may have said.
      const salt = platform.encode(platform.random.bytes(saltBytes));
      const bodyHash = platform.digest(bodyText({ ...draft, at, salt }));
      const linked = { tenant, account, sequence: tail.count + 1, bodyHash };
      return { ...linked, at, ...draft, salt, link: linkOf(tail.link, linked) };
    },
  };
}

/** The text of which `bodyHash` is the SHA-256. */
export function bodyText(body: Pick<AuditEvent, 'salt' | 'at' | 'kind'> & EventDraft): string {
  return JSON.stringify(
    bodyMembers.map((member) => [member, body[member]]).filter(([, value]) => value !== undefined),
  );
}
