import { ImportError } from '../import-error.ts';
import { arrayField, asObject, assertObject, field, textField, type JsonObject } from '../json-fields.ts';
import { draftOfField } from './key-uri-draft.ts';
import type { ReaderInput } from './reader-input.ts';

export function isBitwardenJson(json: JsonObject): boolean {
  const isEncrypted = field(json, 'encrypted') === true;
  return (
    isEncrypted || (typeof field(json, 'encrypted') === 'boolean' && Array.isArray(field(json, 'items')))
  );
}

/**
 * The items of a Bitwarden vault that have a `login.totp`: a URI, `steam://SECRET`, or base32 alone.
 *
 * @throws ImportError `import/unsupported-format` for an encrypted one
 */
export function readBitwardenJson({ json, collector }: ReaderInput): void {
  const vault = assertObject(json);
  if (field(vault, 'encrypted') === true) {
    throw new ImportError(
      'import/unsupported-format',
      'This export of Bitwarden is encrypted. Export it as plain JSON, import that, and delete the file.',
    );
  }
  for (const [index, value] of arrayField(vault, 'items').entries()) {
    const item = asObject(value);
    const login = asObject(item === null ? null : field(item, 'login'));
    const totp = login === null ? undefined : field(login, 'totp');
    if (item === null || login === null || totp === undefined || totp === null || totp === '') continue;
    collector.add(`item ${index + 1}`, () =>
      draftOfField(textField(login, 'totp').trim(), {
        issuer: textField(item, 'name'),
        accountName: textField(login, 'username'),
      }),
    );
  }
}
