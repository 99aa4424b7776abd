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
  /** Signs these texts with the audit key. The first says what they are, in more than one character and fewer than a link has. */
  sign(kind: SignedKind, ...texts: readonly string[]): string;
}

/** What is signed besides the links. SECURITY: none is a text that a link has in its first place, so that none passes for one. */
export type SignedKind = 'audit-head' | 'audit-checkpoint';

const saltBytes = 12;

/** A member of a body: what an event has besides its place and its hashes. */
export type BodyMember = Exclude<keyof AuditEvent, keyof LinkedEvent | 'link'>;

/** Each of them, or the compiler complains: what is not hashed could be changed unseen. */
const hashed: { readonly [member in BodyMember]: true } = {
  salt: true,
  at: true,
  kind: true,
  factorId: true,
  method: true,
  reason: true,
  actor: true,
  note: true,
  purpose: true,
  failures: true,
  codesLeft: true,
  until: true,
};

/** In this order they are hashed; one that an event does not have is left out. A new one goes to the end. */
export const bodyMembers: readonly BodyMember[] = Object.keys(hashed) as BodyMember[];

/** `auditKey` is asked for at each event: a store's key is known only once the store was opened. */
export function createAuditChain(
  platform: Pick<Platform, 'digest' | 'encode' | 'mac' | 'random'>,
  auditKey: () => unknown,
): AuditChain {
  const macOf = (parts: readonly string[]): string =>
    platform.mac(auditKey(), parts.map((part) => `${part.length}:${part}`).join(''));
  const linkOf: AuditChain['linkOf'] = (previous, { tenant, account, sequence, bodyHash }) =>
    macOf([previous, tenant, account, String(sequence), bodyHash]);
  return {
    linkOf,
    sign: (kind, ...texts) => macOf([kind, ...texts]),
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
  const said: [member: BodyMember, value: unknown][] = [];
  for (const member of bodyMembers) {
    const value = body[member];
    if (value !== undefined) said.push([member, value]);
  }
  return JSON.stringify(said);
}
