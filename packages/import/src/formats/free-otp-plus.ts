import type { FactorDraft, ImportWarning } from '../imported-factor.ts';
import { arrayField, assertObject, field, numberField, textField, type JsonObject } from '../json-fields.ts';
import { invalidSecret, parseAlgorithm, parseKind, secretFromBytes } from '../parameters.ts';
import type { ReaderInput } from './reader-input.ts';

export function isFreeOtpPlus(json: JsonObject): boolean {
  return Array.isArray(field(json, 'tokens')) && Array.isArray(field(json, 'tokenOrder'));
}

/**
 * A backup of FreeOTP+: secrets are lists of signed bytes, and the counter of HOTP is the last that was used. Shown by the public
 * test files of beemdevelopment/Aegis, whose FreeOTP+ export has each counter one below those of all other apps.
 *
 * @throws ImportError `import/malformed`
 */
export function readFreeOtpPlus({ json, collector }: ReaderInput): void {
  for (const [index, item] of arrayField(assertObject(json), 'tokens').entries()) {
    collector.add(`entry ${index + 1}`, () => readToken(assertObject(item)));
  }
}

function readToken(token: JsonObject): FactorDraft {
  const forgiven: ImportWarning[] = [];
  const kind = parseKind(field(token, 'type'));
  const issuer = textField(token, 'issuerExt') || textField(token, 'issuerInt');
  const names = {
    issuer,
    accountName: textField(token, 'label'),
    secret: readSecret(field(token, 'secret')),
  };
  // The app shows letters to everything of that issuer.
  if (kind === 'steam' || (kind === 'totp' && issuer === 'Steam')) {
    if (kind === 'totp') forgiven.push('steam-assumed');
    return { kind: 'steam', ...names, forgiven };
  }
  const algorithm = parseAlgorithm(field(token, 'algo'));
  if (algorithm === undefined) forgiven.push('default-assumed');
  const draft = { ...names, kind, algorithm, digits: numberField(token, 'digits'), forgiven };
  if (kind === 'totp') return { ...draft, periodSeconds: numberField(token, 'period') };
  const used = numberField(token, 'counter');
  forgiven.push(used === undefined ? 'counter-missing' : 'counter-advanced');
  return { ...draft, counter: used === undefined ? 0 : used + 1 };
}

function readSecret(value: unknown): FactorDraft['secret'] {
  if (!Array.isArray(value)) throw invalidSecret('it is no list of bytes');
  if (!value.every(isByte)) throw invalidSecret('a number in it is no byte');
  // What is below zero comes out as its byte: the array counts modulo 256.
  return secretFromBytes(Uint8Array.from(value as number[]));
}

function isByte(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= -128 && Number(value) <= 255;
}
