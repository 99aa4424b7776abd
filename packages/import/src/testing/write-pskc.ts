import { pbkdf2Sync } from 'node:crypto';
import type { ExportableFactor } from '../export/exportable-factor.ts';
import { hmacSha1, madeUp, sealCbc } from './seal.ts';

export interface PskcSealing {
  readonly key?: Buffer;
  readonly password?: string;
  readonly rounds?: number;
}

const cbc = 'http://www.w3.org/2001/04/xmlenc#aes128-cbc';
const salt = Buffer.from('Ej7/PEpyEpw=', 'base64');

/** An element of XML; what is inside is XML already. */
export function xml(name: string, inside: string, attributes = ''): string {
  return `<${name}${attributes === '' ? '' : ` ${attributes}`}>${inside}</${name}>`;
}

export function cipherData(prefix: string, joined: Buffer | string): string {
  const text = typeof joined === 'string' ? joined : joined.toString('base64');
  return (
    `<${prefix}EncryptionMethod Algorithm="${cbc}"/>` +
    xml(`${prefix}CipherData`, xml(`${prefix}CipherValue`, `\n  ${text}\n`))
  );
}

export function pskcContainer(inside: string): string {
  const namespaces =
    'Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"' +
    ' xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xml('KeyContainer', inside, namespaces)}`;
}

export function encryptionKey(sealing: PskcSealing): string {
  if (sealing.password === undefined) return xml('EncryptionKey', xml('ds:KeyName', 'Pre-shared-key'));
  const parameters =
    xml('Salt', xml('Specified', salt.toString('base64'))) +
    xml('IterationCount', String(sealing.rounds ?? 1000)) +
    xml('KeyLength', '16') +
    '<PRF/>';
  const method = 'Algorithm="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2"';
  return xml(
    'EncryptionKey',
    xml('xenc11:DerivedKey', xml('xenc11:KeyDerivationMethod', xml('PBKDF2-params', parameters), method)),
  );
}

export function macMethod(cipher: Buffer | string): string {
  return xml(
    'MACMethod',
    xml('MACKey', cipherData('xenc:', cipher)),
    'Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"',
  );
}

/** A container of RFC 6030: plain, or encrypted with a key or a password. */
export function writePskc(factors: readonly ExportableFactor[], sealing: PskcSealing = {}): string {
  const key = sealing.password === undefined ? sealing.key : deriveKey(sealing);
  const macKey = madeUp('mac key', 20);
  const secretOf = (factor: ExportableFactor, index: number): string => {
    const plain = Buffer.from(factor.secret.bytes);
    if (key === undefined) return xml('PlainValue', plain.toString('base64'));
    const joined = sealCbc(key, { name: `secret ${index}`, plain });
    const mac = hmacSha1(macKey, joined).toString('base64');
    return xml('EncryptedValue', cipherData('xenc:', joined)) + xml('ValueMAC', mac);
  };
  const packages = factors.map((factor, index) => keyPackage(factor, secretOf(factor, index)));
  const head =
    key === undefined
      ? ''
      : encryptionKey(sealing) + macMethod(sealCbc(key, { name: 'mac key', plain: macKey }));
  return pskcContainer(head + packages.join(''));
}

export function keyPackage(factor: ExportableFactor, secret: string): string {
  const { kind, issuer, accountName, algorithm, digits, counter, periodSeconds } = factor;
  const suite = algorithm === 'SHA1' ? '' : xml('Suite', `HMAC-${String(algorithm)}`);
  const format = `<ResponseFormat Length="${digits}" Encoding="DECIMAL"/>`;
  const moving =
    kind === 'hotp'
      ? xml('Counter', xml('PlainValue', String(counter)))
      : xml('TimeInterval', xml('PlainValue', String(periodSeconds)));
  const key =
    xml('Issuer', escape(issuer ?? '')) +
    xml('AlgorithmParameters', suite + format) +
    xml('Data', xml('Secret', secret) + moving) +
    xml('UserId', escape(accountName));
  return xml(
    'KeyPackage',
    xml('DeviceInfo', xml('Manufacturer', 'Maker') + xml('SerialNo', '987654321')) +
      xml('Key', key, `Id="1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:${kind}"`),
  );
}

function deriveKey({ password = '', rounds = 1000 }: PskcSealing): Buffer {
  return pbkdf2Sync(password, salt, rounds, 16, 'sha1');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
