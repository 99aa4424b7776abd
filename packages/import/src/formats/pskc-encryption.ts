import { createHmac, timingSafeEqual } from 'node:crypto';
import { decodeBase64 } from '../base64.ts';
import { deriveByPbkdf2, openAesCbc } from '../decrypt.ts';
import { ImportError } from '../import-error.ts';
import { malformed } from '../json-fields.ts';
import { assertPassword, wrongPassword } from '../password.ts';
import { childOf, elementAt, textAt, type XmlElement } from './xml-tree.ts';

/** Opens the secrets of one container. */
export interface PskcKeys {
  /** @throws ImportError `import/mac-missing`, `import/mac-mismatch`, `import/malformed`, `import/unsupported-encryption` */
  open(secret: XmlElement): Buffer;
}

export interface PskcCredentials {
  readonly packages: readonly XmlElement[];
  readonly password: string | undefined;
  readonly key: Uint8Array | undefined;
}

type Hash = 'sha1' | 'sha256' | 'sha512';

interface MacKey {
  readonly hash: Hash;
  readonly bytes: Uint8Array;
}

/**
 * The keys of a container (RFC 6030 §6): of a password by PBKDF2, or the pre-shared one as it was given. Where none of the
 * encrypted secrets has a right MAC, they are the wrong ones.
 *
 * @throws ImportError `import/key-required`, `import/wrong-key`, `import/password-required`, `import/wrong-password`,
 * `import/unsupported-encryption`, `import/cost-too-high`, `import/malformed`
 */
export async function openKeys(container: XmlElement, credentials: PskcCredentials): Promise<PskcKeys> {
  const secrets = credentials.packages
    .map((keyPackage) => elementAt(keyPackage, ['Key', 'Data', 'Secret']))
    .filter((secret) => secret !== undefined && childOf(secret, 'EncryptedValue') !== undefined);
  if (secrets.length === 0)
    return { open: () => refuse('a key has neither a plain nor an encrypted secret') };
  const derivation = elementAt(container, ['EncryptionKey', 'DerivedKey', 'KeyDerivationMethod']);
  const wrong = derivation === undefined ? wrongKey() : wrongPassword();
  const key =
    derivation === undefined
      ? assertKey(container, credentials.key)
      : await deriveKey(derivation, assertPassword(credentials.password));
  const mac = openMacKey(container, key);
  if (mac === null) throw wrong;
  assertSomeGenuine(secrets, { mac, wrong });
  return { open: (secret) => openSecret(secret, { key, mac }) };
}

/** One secret that cannot be read does not speak for the others: the first right MAC proves the keys. */
function assertSomeGenuine(
  secrets: readonly (XmlElement | undefined)[],
  { mac, wrong }: { readonly mac: MacKey; readonly wrong: ImportError },
): void {
  let unreadable: unknown = null;
  for (const secret of secrets) {
    try {
      if (isGenuineIfMarked(secret!, mac)) return;
    } catch (error) {
      unreadable ??= error;
    }
  }
  throw unreadable ?? wrong;
}

function openSecret(secret: XmlElement, keys: { readonly key: Uint8Array; readonly mac: MacKey }): Buffer {
  const encrypted = childOf(secret, 'EncryptedValue');
  if (encrypted === undefined) return refuse('a key has neither a plain nor an encrypted secret');
  const joined = cipherValue(encrypted);
  if (childOf(secret, 'ValueMAC') === undefined) {
    throw new ImportError(
      'import/mac-missing',
      'This secret is encrypted without a MAC, so that nobody can tell whether it was altered. Ask for a file with MACs.',
    );
  }
  // SECURITY: F5, the MAC is checked before anything is decrypted, in constant time (`pskc.vectors.test.ts`).
  if (!isGenuineIfMarked(secret, keys.mac)) {
    throw new ImportError(
      'import/mac-mismatch',
      'The MAC of this secret is wrong: it was altered. Do not use it; ask for the file again.',
    );
  }
  return openAesCbc(keys.key, { joined }) ?? refuse('a secret is not padded as it should be');
}

/** Whether the MAC is right; a secret without one says nothing against the keys, and is refused later. */
function isGenuineIfMarked(secret: XmlElement, mac: MacKey): boolean {
  const encrypted = childOf(secret, 'EncryptedValue');
  const marked = childOf(secret, 'ValueMAC');
  if (encrypted === undefined || marked === undefined) return true;
  const expected = createHmac(mac.hash, mac.bytes).update(cipherValue(encrypted)).digest();
  const given = decodeBase64(marked.text);
  return given !== null && given.length === expected.length && timingSafeEqual(given, expected);
}

/** The key of the MAC is itself encrypted; where there is none, it is the key of encryption. Null when it does not open. */
function openMacKey(container: XmlElement, key: Uint8Array): MacKey | null {
  const method = childOf(container, 'MACMethod');
  const hash = hashOf(method?.attributes.get('Algorithm') ?? 'hmac-sha1');
  const wrapped = childOf(method, 'MACKey');
  if (wrapped === undefined) return { hash, bytes: key };
  const bytes = openAesCbc(key, { joined: cipherValue(wrapped) });
  return bytes === null || bytes.length === 0 ? null : { hash, bytes };
}

/** IV and ciphertext of an encrypted value. The length of the key decides which AES it is; anything but CBC is refused. */
function cipherValue(encrypted: XmlElement): Buffer {
  const algorithm = childOf(encrypted, 'EncryptionMethod')?.attributes.get('Algorithm') ?? '';
  if (!/#aes(?:128|192|256)-cbc$/.test(algorithm)) throw unsupported('its cipher is not AES in CBC mode');
  const joined = decodeBase64(textAt(encrypted, ['CipherData', 'CipherValue']));
  if (joined === null || joined.length === 0) return refuse('an encrypted value is no base64');
  return joined;
}

async function deriveKey(method: XmlElement, password: string): Promise<Buffer> {
  if (!/#pbkdf2$/i.test(method.attributes.get('Algorithm') ?? ''))
    throw unsupported('its key is not derived by PBKDF2');
  const parameters = childOf(method, 'PBKDF2-params');
  const salt = decodeBase64(textAt(parameters, ['Salt', 'Specified']));
  const keyBytes = Number(textAt(parameters, ['KeyLength']) || '16');
  if (salt === null || salt.length === 0 || ![16, 24, 32].includes(keyBytes))
    return refuse('the parameters of PBKDF2 are missing or wrong');
  const rounds = Number(textAt(parameters, ['IterationCount']));
  const hash = hashOf(childOf(parameters, 'PRF')?.attributes.get('Algorithm') ?? 'hmac-sha1');
  return deriveByPbkdf2(password, { salt, rounds, keyBytes, hash });
}

function assertKey(container: XmlElement, key: Uint8Array | undefined): Uint8Array {
  const description = childOf(container, 'EncryptionKey');
  if (elementAt(description, ['X509Data']) !== undefined)
    throw unsupported('its key belongs to a certificate');
  if (key === undefined) {
    throw new ImportError(
      'import/key-required',
      'The file is encrypted with a pre-shared key. Give it as `key`, in bytes or as hexadecimal text.',
    );
  }
  if (![16, 24, 32].includes(key.length)) throw wrongKey();
  return key;
}

function hashOf(algorithm: string): Hash {
  const size = /hmac-?(?:with)?sha-?(1|256|512)$/i.exec(algorithm)?.[1];
  if (size === '1') return 'sha1';
  if (size === '256') return 'sha256';
  if (size === '512') return 'sha512';
  throw unsupported('its MAC or its PBKDF2 is not HMAC with SHA-1, SHA-256 or SHA-512');
}

function wrongKey(): ImportError {
  return new ImportError(
    'import/wrong-key',
    'The key does not open this file: it is another one, or the file was altered since. AES keys have 16, 24 or 32 bytes.',
  );
}

function unsupported(reason: string): ImportError {
  return new ImportError(
    'import/unsupported-encryption',
    `This file is encrypted in a way that is not read: ${reason}. Ask for AES-128-CBC with HMAC-SHA-1 (RFC 6030 §6).`,
  );
}

function refuse(reason: string): never {
  throw malformed(reason);
}
