import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { aesGcm, importMasterKey, nodePlatform } from './platform/node-crypto.ts';
import { keyRing } from './platform/key-ring.ts';
import { createVault, sealingKeyId, type SealedFor } from './vault.ts';

const first = 'a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const second = 'b:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=';
const home: SealedFor = { id: { tenant: 'default', account: 'alice' }, holder: 'fct_1', purpose: 'secret' };
const secret = new TextEncoder().encode('12345678901234567890');

describe('the vault', () => {
  test('S02 what was sealed opens at its own place, under any key of the ring', () => {
    const sealed = createVault(keyRing(first), nodePlatform).seal(secret, home);
    const opened = createVault(keyRing(`${second},${first}`), nodePlatform).open(sealed, home);
    expect(opened).toEqual({ outcome: 'opened', plaintext: Buffer.from(secret) });
    expect(sealingKeyId(sealed)).toBe('a');
  });

  test('C18 CRYP-03 a sealed value that was moved does not open: another tenant, account, holder, purpose', () => {
    const vault = createVault(keyRing(first), nodePlatform);
    const sealed = vault.seal(secret, home);
    const elsewhere: readonly SealedFor[] = [
      { ...home, id: { tenant: 'other', account: 'alice' } },
      { ...home, id: { tenant: 'default', account: 'bob' } },
      { ...home, holder: 'fct_2' },
      { ...home, purpose: 'backup-codes' },
      // The same characters, cut elsewhere.
      { ...home, id: { tenant: 'defaulta', account: 'lice' } },
    ];
    for (const place of elsewhere) expect(vault.open(sealed, place)).toEqual({ outcome: 'open-failed' });
  });

  test('C17 a key that the ring does not have is named as missing, and every changed byte is refused', () => {
    const sealed = createVault(keyRing(first), nodePlatform).seal(secret, home);
    expect(createVault(keyRing(second), nodePlatform).open(sealed, home)).toEqual({ outcome: 'key-missing' });
    const vault = createVault(keyRing(first), nodePlatform);
    const [version, id, body] = sealed.split('.') as [string, string, string];
    const bytes = Buffer.from(body, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      expect(vault.open(`${version}.${id}.${changed.toString('base64url')}`, home).outcome).toBe(
        'open-failed',
      );
    }
    for (const broken of ['', '1', '1.a', '1.a.', '2.a.AAAA', `${sealed}.x`, `1.a.${body.slice(0, 10)}`]) {
      expect(vault.open(broken, home).outcome).toBe('open-failed');
    }
  });

  test('CRYP-02 each seal draws a nonce of its own', () => {
    const vault = createVault(keyRing(first), nodePlatform);
    const nonces = new Set(
      Array.from({ length: 200 }, () =>
        Buffer.from(vault.seal(secret, home).split('.')[2]!, 'base64url').toString('hex', 0, 12),
      ),
    );
    expect(nonces.size).toBe(200);
  });

  test('CRYP-01 CRYP-04 AES-256-GCM of every Wycheproof row', () => {
    type Row = [number, string, string, string, string, string, string, string];
    const file = new URL('../../../test/vectors/wycheproof-aes256gcm.json', import.meta.url);
    const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: Row[] };
    expect(rows).toHaveLength(66);
    for (const [, key, nonce, associatedData, message, ciphertext, tag, result] of rows) {
      const bytes = (hex: string) => Buffer.from(hex, 'hex');
      const common = {
        key: importMasterKey(bytes(key)),
        nonce: bytes(nonce),
        associatedData: bytes(associatedData),
      };
      const sealed = Buffer.concat([bytes(ciphertext), bytes(tag)]);
      const opened = aesGcm.open({ ...common, sealed });
      expect(opened === null ? null : Buffer.from(opened).toString('hex')).toBe(
        result === 'valid' ? message : null,
      );
      if (result === 'valid')
        expect(Buffer.from(aesGcm.seal({ ...common, plaintext: bytes(message) }))).toEqual(sealed);
      expect(aesGcm.open({ ...common, sealed: sealed.subarray(0, -1) })).toBeNull();
    }
  });
});

describe('the key ring', () => {
  test('CRYP-06 CRYP-08 refuses what is no key of 32 bytes, and names the place but not the bytes', () => {
    const bad = [
      undefined,
      '',
      ' ',
      'a',
      'a:',
      'a:AAAA',
      `${first},${first}`,
      ':MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
      `${first},`,
    ];
    for (const text of bad)
      expect(() => keyRing(text)).toThrowError(expect.objectContaining({ code: 'keys/malformed' }));
    const zero = `a:${Buffer.alloc(32).toString('base64')}`;
    expect(() => keyRing(zero)).toThrowError(expect.objectContaining({ code: 'keys/weak' }));
    expect(() => keyRing(`${first},b:c2VjcmV0`)).toThrowError(/Key 2 \("b"\)/);
    expect(() => keyRing(`${first},b:c2VjcmV0`)).not.toThrowError(/c2VjcmV0/);
  });
});
