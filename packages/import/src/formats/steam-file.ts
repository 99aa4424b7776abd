import { decodeBase64 } from '../base64.ts';
import type { FactorDraft } from '../imported-factor.ts';
import { asObject, assertObject, field, textField, type JsonObject } from '../json-fields.ts';
import { invalidSecret, secretFromBytes } from '../parameters.ts';
import type { ReaderInput } from './reader-input.ts';

export function isSteamFile(json: JsonObject): boolean {
  if (field(json, 'shared_secret') !== undefined) return true;
  return accountsOf(json).some((account) => field(asObject(account) ?? {}, 'shared_secret') !== undefined);
}

/**
 * What the mobile app of Steam keeps, in its older form (one account) or its newer one (`accounts`), and the `.maFile` of other
 * programs. The secret is base64.
 */
export function readSteamFile({ json, collector }: ReaderInput): void {
  const file = assertObject(json);
  const accounts = field(file, 'shared_secret') === undefined ? accountsOf(file) : [file];
  for (const [index, account] of accounts.entries()) {
    collector.add(`entry ${index + 1}`, () => readAccount(assertObject(account)));
  }
}

function readAccount(account: JsonObject): FactorDraft {
  const bytes = decodeBase64(field(account, 'shared_secret'));
  if (bytes === null) throw invalidSecret('its shared_secret is no base64');
  const accountName = textField(account, 'account_name');
  return { kind: 'steam', issuer: 'Steam', accountName, secret: secretFromBytes(bytes) };
}

function accountsOf(json: JsonObject): readonly unknown[] {
  return Object.values(asObject(field(json, 'accounts')) ?? {});
}
