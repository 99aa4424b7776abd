import { randomInt } from 'node:crypto';
import { EntryCollector, type ImportFailure } from '../entry-collector.ts';
import type { ImportedFactor } from '../imported-factor.ts';
import { limits } from '../limits.ts';
import { assertExportable, notExportable, type ExportableFactor } from './exportable-factor.ts';
import { bytesField, numberField } from './protobuf-writer.ts';

export interface GoogleMigrationOptions {
  /** What tells the parts of one export from another: an int32, random where it is left out. */
  readonly batchId?: number | undefined;
}

export interface GoogleMigrationExport {
  /** One `otpauth-migration://` URI for each QR code. They hold the secrets. */
  readonly uris: readonly string[];
  /** What Google Authenticator cannot hold, `entry 3` counted from one. */
  readonly failures: readonly ImportFailure[];
}

const algorithmNumbers = { SHA1: 1n, SHA256: 2n, SHA512: 3n } as const;

/**
 * Writes what Google Authenticator scans: ten entries a QR code. It knows no period but 30 seconds, no digits but six and eight, and
 * no Steam: such entries are in `failures`.
 *
 * @throws RangeError for a batch id that is no int32
 *
 * @example
 * const { uris, failures } = exportGoogleMigration(entries);
 * const images = await Promise.all(uris.map((uri) => qrPng(uri)));
 */
export function exportGoogleMigration(
  factors: readonly ExportableFactor[],
  { batchId = randomInt(1, 2 ** 31) }: GoogleMigrationOptions = {},
): GoogleMigrationExport {
  if ((batchId | 0) !== batchId) throw new RangeError('batchId must be a whole number of 32 bits.');
  const collector = new EntryCollector();
  const entries: Uint8Array[] = [];
  for (const [index, factor] of factors.entries()) {
    try {
      entries.push(encodeEntry(assertExportable(factor)));
    } catch (error) {
      collector.fail(`entry ${index + 1}`, error);
    }
  }
  const { googleBatchEntries } = limits;
  const batchSize = Math.ceil(entries.length / googleBatchEntries);
  const uris = Array.from({ length: batchSize }, (_, batchIndex) => {
    const from = batchIndex * googleBatchEntries;
    const batch = entries.slice(from, from + googleBatchEntries);
    return formatBatch(batch, { batchSize, batchIndex, batchId });
  });
  return { uris, failures: collector.failures };
}

interface BatchNumbers {
  readonly batchSize: number;
  readonly batchIndex: number;
  readonly batchId: number;
}

function formatBatch(
  entries: readonly Uint8Array[],
  { batchSize, batchIndex, batchId }: BatchNumbers,
): string {
  const payload = Buffer.concat([
    ...entries.map((entry) => bytesField(1, entry)),
    numberField(2, 1n),
    numberField(3, BigInt(batchSize)),
    numberField(4, BigInt(batchIndex)),
    numberField(5, BigInt(batchId)),
  ]);
  return `otpauth-migration://offline?data=${encodeURIComponent(payload.toString('base64'))}`;
}

function encodeEntry(factor: ImportedFactor): Uint8Array {
  const { kind, issuer, accountName, secret, algorithm, digits, periodSeconds, counter } = factor;
  if (kind === 'steam') throw notExportable('Google Authenticator shows digits only');
  if (digits === 7) throw notExportable('Google Authenticator knows six and eight digits only');
  if (periodSeconds !== 30) throw notExportable('Google Authenticator knows a period of 30 seconds only');
  if (BigInt(counter) >= 2n ** 63n) throw notExportable('its counter has more than 63 bits');
  const name = issuer === null ? accountName : `${issuer}:${accountName}`;
  return Buffer.concat([
    bytesField(1, secret.bytes),
    bytesField(2, Buffer.from(name)),
    ...(issuer === null ? [] : [bytesField(3, Buffer.from(issuer))]),
    numberField(4, algorithmNumbers[algorithm]),
    numberField(5, digits === 6 ? 1n : 2n),
    numberField(6, kind === 'hotp' ? 1n : 2n),
    ...(kind === 'hotp' ? [numberField(7, BigInt(counter))] : []),
  ]);
}
