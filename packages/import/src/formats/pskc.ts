import type { FactorDraft, FactorKind, ImportWarning } from '../imported-factor.ts';
import { decodeBase64 } from '../base64.ts';
import { ImportError } from '../import-error.ts';
import { malformed } from '../json-fields.ts';
import { invalidSecret, parseAlgorithm, secretFromBytes } from '../parameters.ts';
import { openKeys, type PskcKeys } from './pskc-encryption.ts';
import type { ReaderInput } from './reader-input.ts';
import { childOf, elementAt, parseXml, textAt, type XmlElement } from './xml-tree.ts';

export function isXml(text: string): boolean {
  return /^[\ufeff\s]*<[?!a-z]/i.test(text.slice(0, 1024));
}

/**
 * A key container of RFC 6030, as the makers of hardware tokens deliver it: plain, with a pre-shared key, or with a password.
 *
 * @throws ImportError `import/malformed`, `import/key-required`, `import/wrong-key`, `import/password-required`,
 * `import/wrong-password`, `import/unsupported-encryption`, `import/cost-too-high`
 */
export async function readPskc({ text, password, key, collector }: ReaderInput): Promise<void> {
  const container = parseXml(text);
  if (container.name !== 'KeyContainer') {
    throw new ImportError(
      'import/unsupported-format',
      'This XML is no key container of RFC 6030 (PSKC). Export from the app as a list of URIs instead.',
    );
  }
  const packages = container.children.filter((child) => child.name === 'KeyPackage');
  const keys = await openKeys(container, { packages, password, key });
  const forgiven: ImportWarning[] =
    childOf(container, 'Signature') === undefined ? [] : ['signature-not-checked'];
  for (const [index, keyPackage] of packages.entries()) {
    collector.add(`key ${index + 1}`, () => readKey(keyPackage, { keys, forgiven }));
  }
}

interface Context {
  readonly keys: PskcKeys;
  readonly forgiven: readonly ImportWarning[];
}

function readKey(keyPackage: XmlElement, { keys, forgiven }: Context): FactorDraft {
  const key = childOf(keyPackage, 'Key');
  if (key === undefined) throw malformed('a package in it has no key');
  const kind = kindOf(key.attributes.get('Algorithm') ?? '');
  const device = childOf(keyPackage, 'DeviceInfo');
  const warnings = [...forgiven];
  const interval = dataNumber(key, 'TimeInterval');
  if (kind === 'totp' && interval === undefined) warnings.push('default-assumed');
  const counter = dataNumber(key, 'Counter');
  if (kind === 'hotp' && counter === undefined) warnings.push('counter-missing');
  return {
    kind,
    issuer: textAt(key, ['Issuer']) || textAt(device, ['Manufacturer']),
    accountName: textAt(key, ['UserId']) || textAt(device, ['SerialNo']) || key.attributes.get('Id'),
    secret: readSecret(key, keys),
    algorithm: parseAlgorithm(textAt(key, ['AlgorithmParameters', 'Suite'])),
    digits: readDigits(key, warnings),
    periodSeconds: interval === undefined ? undefined : Number(interval),
    counter,
    forgiven: warnings,
  };
}

function kindOf(algorithm: string): FactorKind {
  const name = /[:#](hotp|totp)$/i.exec(algorithm)?.[1]?.toLowerCase();
  if (name === 'hotp' || name === 'totp') return name;
  throw new ImportError(
    'import/unsupported-type',
    'The algorithm of this key is neither HOTP nor TOTP. Tokens for challenges (OCRA) and PINs are not read.',
  );
}

function readDigits(key: XmlElement, warnings: ImportWarning[]): number | undefined {
  const format = elementAt(key, ['AlgorithmParameters', 'ResponseFormat']);
  const encoding = format?.attributes.get('Encoding') ?? 'DECIMAL';
  if (encoding.toUpperCase() !== 'DECIMAL') {
    throw new ImportError('import/unsupported-parameters', 'The codes of this key are not decimal digits.');
  }
  const length = format?.attributes.get('Length');
  if (length === undefined) {
    if (!warnings.includes('default-assumed')) warnings.push('default-assumed');
    return undefined;
  }
  return /^\d{1,2}$/.test(length) ? Number(length) : 0;
}

function readSecret(key: XmlElement, keys: PskcKeys): FactorDraft['secret'] {
  const element = elementAt(key, ['Data', 'Secret']);
  if (element === undefined) throw invalidSecret('the key has none, as where it is derived from another');
  const plain = childOf(element, 'PlainValue');
  const bytes = plain === undefined ? keys.open(element) : decodeBase64(plain.text);
  if (bytes === null) throw invalidSecret('it is no base64');
  return secretFromBytes(bytes);
}

/** A number among the data of a key, in the clear. Encrypted ones have been seen nowhere. */
function dataNumber(key: XmlElement, name: string): number | bigint | undefined {
  const element = elementAt(key, ['Data', name]);
  if (element === undefined) return undefined;
  const text = textAt(element, ['PlainValue']);
  if (!/^\d{1,20}$/.test(text)) throw malformed(`${name} is no number in the clear`);
  const value = BigInt(text);
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
