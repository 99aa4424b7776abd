import { createHash } from 'node:crypto';
import { deriveByPbkdf2, openJoinedAesGcm } from '../decrypt.ts';
import type { FactorDraft, ImportWarning } from '../imported-factor.ts';
import {
  asObject,
  assertObject,
  field,
  malformed,
  numberField,
  textField,
  type JsonObject,
} from '../json-fields.ts';
import { limits } from '../limits.ts';
import { parseAlgorithm, parseBase32Secret, parseKind } from '../parameters.ts';
import { assertPassword, wrongPassword } from '../password.ts';
import { decodeUtf8, parseJson } from './parse-json.ts';
import type { ReaderInput } from './reader-input.ts';

const roundsBytes = 4;
const saltBytes = 12;
/** Nonce, tag, and an empty list between. */
const sealedBytesMin = 12 + 2 + 16;
/** The app writes 140 000 to 160 000. Fewer than this are no rounds but the random bytes of another file. */
const roundsMin = 1_000;

export function isPlainAndOtp(json: readonly unknown[]): boolean {
  const first = asObject(json[0]);
  return first !== null && ['secret', 'type', 'label'].every((name) => field(first, name) !== undefined);
}

/** An encrypted backup has no mark; it begins with its number of rounds, and that is all there is to know it by. */
export function isSealedAndOtp(bytes: Uint8Array): boolean {
  if (bytes.length < roundsBytes + saltBytes + sealedBytesMin) return false;
  const rounds = readRounds(bytes);
  return rounds >= roundsMin && rounds <= limits.pbkdf2RoundsMax;
}

/**
 * A backup of andOTP, plain or encrypted with a password: four bytes of rounds, a salt of 12 bytes for PBKDF2 with HMAC-SHA-1,
 * then AES-256-GCM. Before 0.6.3 the key was SHA-256 of the password, and there was nothing before the nonce. Both forms are as
 * the importers of beemdevelopment/Aegis and paolostivanin/OTPClient read them; the older one was checked against the test
 * vector of John the Ripper.
 *
 * @throws ImportError `import/malformed`, `import/password-required`, `import/wrong-password`
 */
export async function readAndOtp({ json, bytes, password, collector }: ReaderInput): Promise<void> {
  const items = json ?? (await openBackup(bytes, assertPassword(password)));
  if (!Array.isArray(items)) throw malformed('it is no list');
  for (const [index, item] of items.entries()) {
    collector.add(`entry ${index + 1}`, () => readEntry(assertObject(item)));
  }
}

function readEntry(entry: JsonObject): FactorDraft {
  const forgiven: ImportWarning[] = [];
  const kind = parseKind(field(entry, 'type'));
  return {
    kind,
    ...readNames(entry),
    secret: parseBase32Secret(field(entry, 'secret'), forgiven),
    algorithm: parseAlgorithm(field(entry, 'algorithm')),
    digits: numberField(entry, 'digits'),
    periodSeconds: numberField(entry, 'period'),
    counter: numberField(entry, 'counter'),
    forgiven,
  };
}

/** Older backups have no issuer; it stands in the label, before a dash. */
function readNames(entry: JsonObject): { readonly issuer: string; readonly accountName: string } {
  const label = textField(entry, 'label');
  const dash = label.indexOf(' - ');
  if (field(entry, 'issuer') !== undefined || dash < 0) {
    return { issuer: textField(entry, 'issuer'), accountName: label };
  }
  return { issuer: label.slice(0, dash), accountName: label.slice(dash + 3) };
}

async function openBackup(bytes: Uint8Array, password: string): Promise<unknown> {
  const plain = (await openByRounds(bytes, password)) ?? openByHash(bytes, password);
  if (plain === null) throw wrongPassword();
  return parseJson(decodeUtf8(plain) ?? '') ?? null;
}

async function openByRounds(bytes: Uint8Array, password: string): Promise<Buffer | null> {
  if (!isSealedAndOtp(bytes)) return null;
  const salt = bytes.subarray(roundsBytes, roundsBytes + saltBytes);
  const rounds = readRounds(bytes);
  const key = await deriveByPbkdf2(password, { salt, rounds, keyBytes: 32, hash: 'sha1' });
  return openJoinedAesGcm(key, { joined: bytes.subarray(roundsBytes + saltBytes) });
}

function openByHash(bytes: Uint8Array, password: string): Buffer | null {
  const key = createHash('sha256').update(password).digest();
  return openJoinedAesGcm(key, { joined: bytes });
}

function readRounds(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, roundsBytes).getUint32(0);
}
