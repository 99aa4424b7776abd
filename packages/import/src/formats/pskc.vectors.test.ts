import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importFactors } from '../import-factors.ts';
import { hotpFactor, rfc6238Factors } from '../testing/sample-factors.ts';
import {
  cipherData,
  encryptionKey,
  keyPackage,
  macMethod,
  pskcContainer,
  writePskc,
  xml,
} from '../testing/write-pskc.ts';

interface Case {
  readonly id: string;
  readonly [name: string]: unknown;
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../../test/vectors/pskc-rfc6030.json', import.meta.url), 'utf8'),
) as { cases: readonly Case[] };

const caseOf = (start: string): Record<string, string> =>
  cases.find(({ id }) => id.startsWith(start)) as unknown as Record<string, string>;

const eight = { ...hotpFactor, digits: 8, counter: 0 };
const encrypted = (cipher: string, mac: string) =>
  xml('EncryptedValue', cipherData('xenc:', cipher)) + xml('ValueMAC', `${mac}\n  `);

describe('the figures of RFC 6030', () => {
  it('F5: figure 2, a key in the clear', async () => {
    const { plain_value_base64, secret_hex } = caseOf('figure2');
    const file = pskcContainer(keyPackage(eight, xml('PlainValue', plain_value_base64!)));
    const { entries, failures } = await importFactors(file);
    expect(failures).toEqual([]);
    expect(entries).toMatchObject([{ kind: 'hotp', digits: 8, counter: 0, algorithm: 'SHA1' }]);
    expect(entries[0]?.secret.toHex()).toBe(secret_hex);
  });

  const figure6 = caseOf('figure6');
  const withMac = (mac: string) =>
    pskcContainer(
      encryptionKey({}) +
        macMethod(figure6['mac_key_cipher_base64']!) +
        keyPackage(eight, encrypted(figure6['secret_cipher_base64']!, mac)),
    );

  it('F5: figure 6, a pre-shared key, in bytes or hexadecimal', async () => {
    const file = withMac(figure6['value_mac_base64']!);
    for (const key of [figure6['key_hex']!, Buffer.from(figure6['key_hex']!, 'hex')]) {
      const { entries, failures } = await importFactors(file, { key });
      expect(failures).toEqual([]);
      expect(entries[0]?.secret.toHex()).toBe(figure6['secret_hex']);
    }
  });

  it('F5: figure 6 with a wrong MAC is refused', async () => {
    const { value_mac_base64: mac } = figure6['must_reject'] as unknown as { value_mac_base64: string };
    await expect(importFactors(withMac(mac), { key: figure6['key_hex'] })).rejects.toMatchObject({
      code: 'import/wrong-key',
    });
  });

  it('F5: figure 7, a password', async () => {
    const figure7 = caseOf('figure7');
    const macKey = '2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx';
    const file = pskcContainer(
      encryptionKey({ password: 'in the RFC' }) +
        macMethod(macKey) +
        keyPackage(eight, encrypted(figure7['secret_cipher_base64']!, figure7['value_mac_base64']!)),
    );
    const { entries, failures } = await importFactors(file, { password: figure7['password'] });
    expect(failures).toEqual([]);
    expect(entries[0]?.secret.toHex()).toBe(figure7['secret_hex']);
    await expect(importFactors(file, { password: 'qwertz' })).rejects.toMatchObject({
      code: 'import/wrong-password',
    });
  });
});

describe('what does not agree with itself', () => {
  const key = Buffer.alloc(16, 3);
  const sealed = writePskc([hotpFactor, ...rfc6238Factors], { key });

  it('F5: one MAC that is wrong loses its own key, before anything of it is decrypted', async () => {
    const [first] = [...sealed.matchAll(/<ValueMAC>([^<]+)/g)];
    const { entries, failures } = await importFactors(
      sealed.replace(first![1]!, 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='),
      {
        key,
      },
    );
    expect(entries).toHaveLength(3);
    expect(failures).toMatchObject([{ place: 'key 1', code: 'import/mac-mismatch' }]);
  });

  it('a secret that is encrypted without a MAC is refused', async () => {
    const file = sealed.replace(/<ValueMAC>[^<]+<\/ValueMAC>/, '');
    const { entries, failures } = await importFactors(file, { key });
    expect(entries).toHaveLength(3);
    expect(failures).toMatchObject([{ place: 'key 1', code: 'import/mac-missing' }]);
  });

  it('other ciphers and rounds without end are refused', async () => {
    await expect(
      importFactors(sealed.replaceAll('aes128-cbc', 'tripledes-cbc'), { key }),
    ).rejects.toMatchObject({
      code: 'import/unsupported-encryption',
    });
    const costly = writePskc([hotpFactor], { password: 'x' }).replace('>1000<', '>4000000000<');
    await expect(importFactors(costly, { password: 'x' })).rejects.toMatchObject({
      code: 'import/cost-too-high',
    });
  });

  it('challenges (OCRA), PINs and codes that are no digits lose their key alone', async () => {
    const file = writePskc([hotpFactor, hotpFactor, hotpFactor, hotpFactor])
      .replace('pskc:hotp', 'pskc:ocra')
      .replace('pskc:hotp', 'pskc:pin')
      .replace(/(pskc:hotp[\s\S]*?)DECIMAL/, '$1HEXADECIMAL');
    const { entries, failures } = await importFactors(file);
    expect(entries).toHaveLength(1);
    expect(failures.map(({ place, code }) => `${place} ${code}`)).toEqual([
      'key 1 import/unsupported-type',
      'key 2 import/unsupported-type',
      'key 3 import/unsupported-parameters',
    ]);
  });

  it('a signature that nobody checked is flagged', async () => {
    const file = writePskc([hotpFactor]).replace('</KeyContainer>', '<ds:Signature/></KeyContainer>');
    expect((await importFactors(file)).entries[0]?.warnings).toContain('signature-not-checked');
  });
});
