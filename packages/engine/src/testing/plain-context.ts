import { Hotp, Totp, type HotpOptions, type TotpOptions } from '@tidelock/otp';
import { unknownAccount, type Account } from '../account/account.ts';
import { noDrift } from '../account/drift.ts';
import type { ContactBook, Contacts } from '../account/contacts.ts';
import type { HotpFactor, TotpFactor } from '../account/factor.ts';
import type { Ticket } from '../account/ticket.ts';
import type { DecisionContext } from '../decisions/decision.ts';
import { createPolicy, type Policy } from '../policy.ts';
import type { SealedFor, Vault } from '../vault.ts';

/**
 * A context in which everything can be read, for tests that call a decision and hold its whole result against what it should
 * be: the first token is `…_1`, the next `…_2`; the hash of `x` is `#x`; a sealed value names its place.
 */
export function plainContext({
  policy = {},
  ...changes
}: Partial<Omit<DecisionContext, 'policy'>> & { readonly policy?: Partial<Policy> } = {}): DecisionContext {
  let drawn = 0;
  return {
    id: { tenant: 'acme', account: 'alice' },
    now: plainNow,
    epoch: 0,
    policy: createPolicy(policy),
    issuer: 'Acme',
    vault: plainVault,
    notices: null,
    platform: {
      random: { bytes: (length) => new Uint8Array(length).fill((drawn += 1)) },
      digest: (text) => `#${text}`,
      encode: (bytes) => String(bytes[0]),
      equal: (left, right) => Buffer.from(left).equals(right),
    },
    ...changes,
  };
}

/** Half a second into a time step: what is rounded shows. */
export const plainNow = 1_000_000_020.5;

const secretText = '12345678901234567890';

/** What {@link plainVault} makes of a value at a place of the plain account. */
export function plainSealed(text: string, holder: string, purpose: SealedFor['purpose'] = 'secret'): string {
  return plainVault.seal(new TextEncoder().encode(text), {
    id: { tenant: 'acme', account: 'alice' },
    holder,
    purpose,
  });
}

const plainVault: Vault = {
  seal: (plaintext, place) => `1.plain.${placeOf(place)}.${Buffer.from(plaintext).toString('hex')}`,
  open(sealed, place) {
    const [, keyId, sealedAt, text = ''] = sealed.split('.');
    if (keyId !== 'plain') return { outcome: 'key-missing' };
    if (sealedAt !== placeOf(place)) return { outcome: 'open-failed' };
    return { outcome: 'opened', plaintext: new Uint8Array(Buffer.from(text, 'hex')) };
  },
  reseal: (sealed, place) => {
    const { outcome } = plainVault.open(sealed, place);
    return { outcome: outcome === 'opened' ? 'current' : outcome };
  },
};

function placeOf({ id, holder, purpose }: SealedFor): string {
  return [id.tenant, id.account, holder, purpose].join('/');
}

const bound = {
  status: 'active',
  createdAt: 10,
  activatedAt: 20,
  lastUsedAt: null,
  expiresAt: null,
  proved: false,
  replaces: null,
  confirmedByMail: false,
  failures: 0,
  algorithm: 'SHA1',
  digits: 6,
} as const;

/** An active device with the secret of RFC 4226. */
export function plainTotp(changes: Partial<TotpFactor> = {}): TotpFactor {
  const id = changes.id ?? 'fct_a';
  const sealedSecret = plainSealed(secretText, id);
  const clock = { periodSeconds: 30, lastStep: null, drift: noDrift, typedAhead: null };
  return { ...bound, id, kind: 'totp', label: 'phone', sealedSecret, ...clock, ...changes };
}

/** An active token that counts, with the same secret. */
export function plainHotp(changes: Partial<HotpFactor> = {}): HotpFactor {
  const id = changes.id ?? 'fct_h';
  const sealedSecret = plainSealed(secretText, id);
  return { ...bound, id, kind: 'hotp', label: 'token', sealedSecret, counter: '7', ...changes };
}

/** What the device shows, so many steps from now. */
export function plainCode(steps = 0, options: TotpOptions = {}): string {
  const totp = new Totp(secretOf(), options);
  return totp.generate({ at: plainNow + steps * (options.periodSeconds ?? 30) });
}

/** What the token shows at this count. */
export function plainCount(counter: number, options: HotpOptions = {}): string {
  return new Hotp(secretOf(), options).generate(counter);
}

function secretOf(): Uint8Array {
  return new TextEncoder().encode(secretText);
}

/** A ticket that is open for a minute more; its text is `tkt`. */
export function plainTicket(changes: Partial<Ticket> = {}): Ticket {
  return {
    hash: '#tkt',
    purpose: 'login',
    actHash: null,
    expiresAt: plainNow + 60,
    failures: 0,
    ...changes,
  };
}

/** An account with one device. */
export function plainAccount(changes: Partial<Account> = {}): Account {
  return { ...unknownAccount, factors: [plainTotp()], eventCount: 4, eventLink: 'link', ...changes };
}

/** One address, which every notice goes to. */
export function plainContacts(book: Partial<ContactBook> = {}, id = 'con_0'): Contacts {
  const text = JSON.stringify({ emails: ['alice@example.com'], locale: null, salt: 'salt', ...book });
  return { id, sealed: plainSealed(text, id, 'contacts'), changesFreeAt: 0 };
}
