import type { AccountId } from './account/account-id.ts';
import type { KeyRing } from './ports/key-ring.ts';
import type { Platform } from './ports/platform.ts';

/** What a sealed value belongs to: anywhere else it does not open. */
export interface SealedFor {
  readonly id: AccountId;
  /** The factor, or whatever else in the account holds the value. */
  readonly holder: string;
  /** What the value is: a secret is no list of hashes. */
  readonly purpose: 'secret' | 'backup-codes' | 'audit-key' | 'contacts' | 'message' | 'mailed-code';
}

export type Opened =
  | { readonly outcome: 'opened'; readonly plaintext: Uint8Array }
  | { readonly outcome: 'key-missing' }
  | { readonly outcome: 'open-failed' };

/** What became of sealing a value anew. */
export type ResealResult =
  | { readonly outcome: 'current' }
  | { readonly outcome: 'resealed'; readonly sealed: string }
  | { readonly outcome: 'key-missing' | 'open-failed' };

/** Seals and opens what must not be read in a database. */
export interface Vault {
  /** `1.<key id>.<nonce, ciphertext and tag in base64url>`. */
  seal(plaintext: Uint8Array, sealedFor: SealedFor): string;
  /** The plaintext, or why there is none. Never throws. */
  open(sealed: string, sealedFor: SealedFor): Opened;
  /** The same plaintext under the key that seals now; `current` where that key has sealed it, and it opens. Never throws. */
  reseal(sealed: string, sealedFor: SealedFor): ResealResult;
}

const format = '1';
const nonceBytes = 12;
// A nonce and a tag alone have 38 characters in base64url.
const envelopePattern = /^1\.([A-Za-z0-9_-]{1,32})\.[A-Za-z0-9_-]{38,}$/;
const encoder = new TextEncoder();

/** A vault over a ring of master keys: the first seals, all of them open. */
export function createVault(keys: KeyRing, platform: Platform): Vault {
  const keyOfId = new Map(keys.keys.map(({ id, key }) => [id, key]));

  const vault: Vault = {
    seal(plaintext, sealedFor) {
      const { id, key } = keys.sealing;
      const nonce = platform.random.bytes(nonceBytes);
      const sealed = platform.cipher.seal({
        key,
        nonce,
        plaintext,
        associatedData: associatedData(id, sealedFor),
      });
      const body = new Uint8Array(nonceBytes + sealed.length);
      body.set(nonce);
      body.set(sealed, nonceBytes);
      return `${format}.${id}.${platform.encode(body)}`;
    },

    open(sealed, sealedFor) {
      const [version, keyId, body, ...rest] = sealed.split('.');
      if (version !== format || keyId === undefined || body === undefined || rest.length > 0)
        return { outcome: 'open-failed' };
      const key = keyOfId.get(keyId);
      if (key === undefined) return { outcome: 'key-missing' };
      const bytes = platform.decode(body);
      const plaintext = platform.cipher.open({
        key,
        nonce: bytes.subarray(0, nonceBytes),
        sealed: bytes.subarray(nonceBytes),
        associatedData: associatedData(keyId, sealedFor),
      });
      return plaintext === null ? { outcome: 'open-failed' } : { outcome: 'opened', plaintext };
    },

    reseal(sealed, sealedFor) {
      const opened = vault.open(sealed, sealedFor);
      if (opened.outcome !== 'opened') return { outcome: opened.outcome };
      const { plaintext } = opened;
      const isCurrent = sealingKeyId(sealed) === keys.sealing.id;
      const result = isCurrent
        ? ({ outcome: 'current' } as const)
        : ({ outcome: 'resealed', sealed: vault.seal(plaintext, sealedFor) } as const);
      plaintext.fill(0);
      return result;
    },
  };
  return vault;
}

/** Which key sealed a value, by its id; null where it is no sealed value. */
export function sealingKeyId(sealed: string): string | null {
  return envelopePattern.exec(sealed)?.[1] ?? null;
}

/** SECURITY: rule 8 and C18, every part is length-prefixed, so that no two places share their associated data. */
function associatedData(keyId: string, { id, holder, purpose }: SealedFor): Uint8Array {
  const parts = [format, keyId, id.tenant, id.account, holder, purpose];
  return encoder.encode(parts.map((part) => `${part.length}:${part}`).join(''));
}
