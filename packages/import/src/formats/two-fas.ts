import { decodeBase64 } from '../base64.ts';
import { deriveByPbkdf2, openJoinedAesGcm } from '../decrypt.ts';
import { ImportError } from '../import-error.ts';
import type { FactorDraft, ImportWarning } from '../imported-factor.ts';
import {
  arrayField,
  assertObject,
  field,
  malformed,
  numberField,
  textField,
  type JsonObject,
} from '../json-fields.ts';
import { parseAlgorithm, parseBase32Secret, parseKind } from '../parameters.ts';
import { assertPassword, wrongPassword } from '../password.ts';
import { decodeUtf8, parseJson } from './parse-json.ts';
import type { ReaderInput } from './reader-input.ts';

/** Fixed by the app, and written nowhere in the file. */
const rounds = 10_000;
const schemaVersionMax = 4;

export function isTwoFas(json: JsonObject): boolean {
  const isEncrypted = typeof field(json, 'servicesEncrypted') === 'string';
  return (
    field(json, 'schemaVersion') !== undefined && (isEncrypted || Array.isArray(field(json, 'services')))
  );
}

/**
 * A backup of 2FAS, plain or encrypted (PBKDF2 with HMAC-SHA-256, AES-256-GCM). Field names and parameters are those that the
 * importer of beemdevelopment/Aegis reads, confirmed on its public test files.
 *
 * @throws ImportError `import/unsupported-format`, `import/malformed`, `import/password-required`, `import/wrong-password`
 */
export async function readTwoFas({ json, password, collector }: ReaderInput): Promise<void> {
  const backup = assertObject(json);
  const version = numberField(backup, 'schemaVersion');
  if (version === undefined || !Number.isInteger(version) || version < 1 || version > schemaVersionMax) {
    throw new ImportError(
      'import/unsupported-format',
      'This backup of 2FAS has a version that is not known here. Export it from 2FAS with an older app, or by QR codes.',
    );
  }
  const sealed = textField(backup, 'servicesEncrypted');
  const services = sealed === '' ? arrayField(backup, 'services') : await openServices(sealed, { password });
  for (const [index, item] of services.entries()) {
    collector.add(`entry ${index + 1}`, () => readService(assertObject(item)));
  }
}

function readService(service: JsonObject): FactorDraft {
  const forgiven: ImportWarning[] = [];
  const otp = assertObject(field(service, 'otp'));
  const tokenType = textField(otp, 'tokenType');
  if (tokenType === '') forgiven.push('default-assumed');
  return {
    kind: tokenType === '' ? 'totp' : parseKind(tokenType),
    issuer: textField(service, 'name') || textField(otp, 'issuer'),
    accountName: textField(otp, 'account') || textField(otp, 'label'),
    secret: parseBase32Secret(field(service, 'secret'), forgiven),
    algorithm: parseAlgorithm(field(otp, 'algorithm')),
    digits: numberField(otp, 'digits'),
    periodSeconds: numberField(otp, 'period'),
    counter: numberField(otp, 'counter'),
    forgiven,
  };
}

/** Three parts of base64 with colons between: ciphertext with its tag, salt, nonce. */
async function openServices(
  sealed: string,
  { password }: { readonly password: string | undefined },
): Promise<readonly unknown[]> {
  const [ciphertext, salt, nonce] = sealed.split(':', 4).map(decodeBase64);
  if (!ciphertext || !salt || !nonce || salt.length === 0 || nonce.length !== 12) {
    throw malformed('its encrypted part is not ciphertext, salt and nonce');
  }
  const key = await deriveByPbkdf2(assertPassword(password), { salt, rounds, keyBytes: 32, hash: 'sha256' });
  const plain = openJoinedAesGcm(key, { joined: Buffer.concat([nonce, ciphertext]) });
  if (plain === null) throw wrongPassword();
  const services = parseJson(decodeUtf8(plain) ?? '');
  if (!Array.isArray(services)) throw malformed('what was encrypted is no list');
  return services;
}
