import { KeyUri } from '@tidelock/otp';
import { EntryCollector, type ImportFailure } from '../entry-collector.ts';
import type { ImportedFactor } from '../imported-factor.ts';
import { assertExportable, type ExportableFactor } from './exportable-factor.ts';

export interface UriListExport {
  /** One URI a line. Whoever reads it has every factor in it. */
  readonly text: string;
  /** What could not be written, `entry 3` counted from one. */
  readonly failures: readonly ImportFailure[];
}

/**
 * Writes one key URI a line, in the form that every app reads; Steam keys as `otpauth://steam/…`. Names come out in NFC and
 * without control characters.
 *
 * @example
 * const { text, failures } = exportUriList(entries);
 * await writeFile('factors.txt', text, { mode: 0o600 });
 */
export function exportUriList(factors: readonly ExportableFactor[]): UriListExport {
  const collector = new EntryCollector();
  const lines: string[] = [];
  for (const [index, factor] of factors.entries()) {
    try {
      lines.push(formatUri(assertExportable(factor)));
    } catch (error) {
      collector.fail(`entry ${index + 1}`, error);
    }
  }
  return { text: lines.map((line) => `${line}\n`).join(''), failures: collector.failures };
}

function formatUri(factor: ImportedFactor): string {
  const { kind, issuer, accountName, secret, algorithm, digits, periodSeconds, counter } = factor;
  const names = { issuer, accountName, secret, lenient: true };
  if (kind === 'hotp') return new KeyUri({ type: kind, ...names, algorithm, digits, counter }).toString();
  if (kind === 'totp')
    return new KeyUri({ type: kind, ...names, algorithm, digits, periodSeconds }).toString();
  return new KeyUri({ type: 'totp', ...names }).toString().replace('otpauth://totp/', 'otpauth://steam/');
}
