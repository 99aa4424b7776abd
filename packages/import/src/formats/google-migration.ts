import { type Algorithm } from '@tidelock/otp';
import { decodeBase64 } from '../base64.ts';
import type { EntryCollector } from '../entry-collector.ts';
import { ImportError } from '../import-error.ts';
import type { FactorDraft, FactorKind, ImportWarning } from '../imported-factor.ts';
import { malformed } from '../json-fields.ts';
import { limits } from '../limits.ts';
import { splitLabel } from '../name.ts';
import { secretFromBytes } from '../parameters.ts';
import { decodeUtf8 } from './parse-json.ts';
import { protobufFields, type ProtobufField } from './protobuf-reader.ts';

/** One QR code of an export. Several with the same `batchId` belong together. */
export interface MigrationBatch {
  readonly place: string;
  readonly entries: readonly Uint8Array[];
  readonly batchSize: number;
  readonly batchIndex: number;
  readonly batchId: number;
}

/** The numbers of the fields: https://alexbakker.me/post/parsing-google-auth-export-qr-code.html, by reverse engineering. */
const batchField = { entry: 1, batchSize: 3, batchIndex: 4, batchId: 5 } as const;
const entryField = { secret: 1, name: 2, issuer: 3, algorithm: 4, digits: 5, type: 6, counter: 7 } as const;

export function isMigrationUri(text: string): boolean {
  return /^\ufeff?otpauth-migration:\/\//i.test(text);
}

/**
 * Takes `otpauth-migration://offline?data=…` apart. A plus sign that came through unencoded, or as a blank, is meant as a plus.
 *
 * @throws ImportError `import/malformed`
 */
export function parseMigrationUri(text: string, { place }: { readonly place: string }): MigrationBatch {
  const query = text.slice(text.indexOf('?') + 1).replace(/#.*$/s, '');
  const data = query.split('&').find((part) => /^data=/i.test(part));
  if (data === undefined || !text.includes('?')) throw malformed('the URI has no parameter data');
  const base64 = percentDecode(data.slice('data='.length)).trim().replaceAll(' ', '+');
  const payload = decodeBase64(base64.replaceAll('-', '+').replaceAll('_', '/'));
  if (payload === null) throw malformed('its data is no base64');
  const entries: Uint8Array[] = [];
  const numbers = new Map<number, number>();
  for (const { number, value } of protobufFields(payload)) {
    if (number === batchField.entry) {
      if (typeof value === 'bigint') throw malformed('an entry in it is a number');
      entries.push(value);
    } else if (typeof value === 'bigint') {
      numbers.set(number, toInt32(value));
    }
  }
  return {
    place,
    entries,
    batchSize: numbers.get(batchField.batchSize) ?? 1,
    batchIndex: numbers.get(batchField.batchIndex) ?? 0,
    batchId: numbers.get(batchField.batchId) ?? 0,
  };
}

/**
 * The entries of all batches in the order of the export, whatever the order of the codes, and a failure for each batch that is not
 * there.
 */
export function readMigrationBatches(batches: readonly MigrationBatch[], collector: EntryCollector): void {
  const byId = new Map<number, MigrationBatch[]>();
  for (const batch of batches) byId.set(batch.batchId, [...(byId.get(batch.batchId) ?? []), batch]);
  for (const group of byId.values()) {
    for (const batch of group.toSorted((a, b) => a.batchIndex - b.batchIndex)) {
      for (const [index, entry] of batch.entries.entries()) {
        collector.add(`${batch.place}, entry ${index + 1}`, () => readEntry(entry));
      }
    }
    noteMissing(group, collector);
  }
}

function noteMissing(group: readonly MigrationBatch[], collector: EntryCollector): void {
  const size = Math.max(...group.map((batch) => batch.batchSize));
  const present = new Set(group.map((batch) => batch.batchIndex));
  if (size > limits.batchesMax) {
    collector.fail(group[0]!.place, malformed(`it claims more than ${limits.batchesMax} parts`));
    return;
  }
  for (let index = 0; index < size; index++) {
    if (present.has(index)) continue;
    const message = `The export has ${size} QR codes, and this one is not there. Scan it too, and import all together.`;
    collector.fail(`batch ${index + 1} of ${size}`, new ImportError('import/missing-batch', message));
  }
}

function readEntry(bytes: Uint8Array): FactorDraft {
  const numbers = new Map<number, bigint>();
  const texts = new Map<number, Uint8Array>();
  for (const { number, value } of protobufFields(bytes)) setField({ number, value }, numbers, texts);
  const forgiven: ImportWarning[] = [];
  const issuer = textOf(texts.get(entryField.issuer));
  return {
    kind: kindOf(numbers.get(entryField.type) ?? 0n, forgiven),
    ...splitLabel(textOf(texts.get(entryField.name)), issuer),
    secret: secretFromBytes(texts.get(entryField.secret) ?? new Uint8Array(0)),
    algorithm: algorithmOf(numbers.get(entryField.algorithm) ?? 0n, forgiven),
    digits: digitsOf(numbers.get(entryField.digits) ?? 0n, forgiven),
    counter: toCounter(numbers.get(entryField.counter) ?? 0n),
    forgiven,
  };
}

/** What is not known, such as the unique id in field 8, is passed over; a known field of the wrong type is not. */
function setField(
  { number, value }: ProtobufField,
  numbers: Map<number, bigint>,
  texts: Map<number, Uint8Array>,
): void {
  if (number > entryField.counter) return;
  const isText = number <= entryField.issuer;
  if (isText === (typeof value === 'bigint')) throw malformed(`field ${number} of an entry has another type`);
  if (typeof value === 'bigint') numbers.set(number, value);
  else texts.set(number, value);
}

function kindOf(type: bigint, forgiven: ImportWarning[]): FactorKind {
  if (type === 0n) assume(forgiven);
  if (type === 0n || type === 2n) return 'totp';
  if (type === 1n) return 'hotp';
  throw new ImportError('import/unsupported-type', 'The type of this entry is neither HOTP nor TOTP.');
}

/** SECURITY: F5, MD5 (4) and what is not known are refused and never taken for SHA1 (`google-migration.test.ts`). */
function algorithmOf(algorithm: bigint, forgiven: ImportWarning[]): Algorithm {
  if (algorithm === 0n) assume(forgiven);
  if (algorithm === 0n || algorithm === 1n) return 'SHA1';
  if (algorithm === 2n) return 'SHA256';
  if (algorithm === 3n) return 'SHA512';
  throw new ImportError(
    'import/unsupported-algorithm',
    'The algorithm of this entry is MD5 or unknown. Enroll it anew.',
  );
}

function digitsOf(digits: bigint, forgiven: ImportWarning[]): number {
  if (digits === 0n) assume(forgiven);
  if (digits === 0n || digits === 1n) return 6;
  if (digits === 2n) return 8;
  throw new ImportError(
    'import/unsupported-parameters',
    'The digits of this entry are neither six nor eight. Enroll it anew.',
  );
}

function assume(forgiven: ImportWarning[]): void {
  if (!forgiven.includes('default-assumed')) forgiven.push('default-assumed');
}

/** An int64, which is the number itself below 2^63. */
function toCounter(value: bigint): number | bigint {
  const counter = BigInt.asIntN(64, value);
  return counter >= 0n && counter > BigInt(Number.MAX_SAFE_INTEGER) ? counter : Number(counter);
}

/** A negative int32 is written as ten bytes, its sign drawn out to 64 bits. */
function toInt32(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

function textOf(bytes: Uint8Array | undefined): string {
  const text = decodeUtf8(bytes ?? new Uint8Array(0));
  if (text === null) throw malformed('a name in it is no UTF-8');
  return text;
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('a percent sign in it is not followed by two digits');
  }
}
