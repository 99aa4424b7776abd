import { decodeBase64, decodeHexOf } from '../base64.ts';
import { deriveByScrypt, openAesGcm, scryptCost, type ScryptParameters } from '../decrypt.ts';
import { ImportError } from '../import-error.ts';
import type { FactorDraft, ImportWarning } from '../imported-factor.ts';
import {
  arrayField,
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

/** Of the slots of a vault, those that a password opens. */
const passwordSlot = 1;
const versionMax = 1;
const contentVersionMax = 3;

export function isAegis(json: JsonObject): boolean {
  const db = field(json, 'db');
  return asObject(field(json, 'header')) !== null && (typeof db === 'string' || asObject(db) !== null);
}

/**
 * A vault of Aegis, plain or encrypted. The format is described in `docs/vault.md` of beemdevelopment/Aegis.
 *
 * @throws ImportError `import/unsupported-format`, `import/malformed`, `import/password-required`, `import/wrong-password`,
 * `import/cost-too-high`
 */
export async function readAegis({ json, password, collector }: ReaderInput): Promise<void> {
  const vault = assertObject(json);
  assertVersion(numberField(vault, 'version'), versionMax);
  const db = field(vault, 'db');
  const content = assertObject(typeof db === 'string' ? await openVault(vault, { db, password }) : db);
  assertVersion(numberField(content, 'version'), contentVersionMax);
  for (const [index, item] of arrayField(content, 'entries').entries()) {
    collector.add(`entry ${index + 1}`, () => readEntry(assertObject(item)));
  }
}

function readEntry(entry: JsonObject): FactorDraft {
  const forgiven: ImportWarning[] = [];
  const kind = parseKind(field(entry, 'type'));
  const info = assertObject(field(entry, 'info'));
  return {
    kind,
    issuer: textField(entry, 'issuer'),
    accountName: textField(entry, 'name'),
    secret: parseBase32Secret(field(info, 'secret'), forgiven),
    algorithm: parseAlgorithm(field(info, 'algo')),
    digits: numberField(info, 'digits'),
    periodSeconds: numberField(info, 'period'),
    counter: numberField(info, 'counter'),
    forgiven,
  };
}

async function openVault(
  vault: JsonObject,
  { db, password }: { readonly db: string; readonly password: string | undefined },
): Promise<unknown> {
  const header = assertObject(field(vault, 'header'));
  const masterKey = await openSlots(readSlots(arrayField(header, 'slots')), assertPassword(password));
  const sealed = readSealed(assertObject(field(header, 'params')));
  const ciphertext = decodeBase64(db);
  if (ciphertext === null) throw malformed('its contents are no base64');
  const plain = openAesGcm({ key: masterKey, ...sealed, ciphertext });
  if (plain === null) throw malformed('its contents do not open with its own key');
  return parseJson(decodeUtf8(plain) ?? '');
}

interface Slot extends ScryptParameters {
  readonly salt: Buffer;
  readonly nonce: Buffer;
  readonly tag: Buffer;
  readonly ciphertext: Buffer;
}

/** All password slots; their cost is bounded together, before the first is tried. */
function readSlots(slots: readonly unknown[]): Slot[] {
  let cost = 0;
  const found: Slot[] = [];
  for (const item of slots) {
    const slot = assertObject(item);
    if (numberField(slot, 'type') !== passwordSlot) continue;
    const n = numberField(slot, 'n') ?? 0;
    const r = numberField(slot, 'r') ?? 0;
    const p = numberField(slot, 'p') ?? 0;
    cost += scryptCost({ n, r, p });
    const salt = decodeHexOf(field(slot, 'salt'), 32);
    const ciphertext = decodeHexOf(field(slot, 'key'), 32);
    if (salt === null || ciphertext === null) throw malformed('a slot has no salt or no key of 32 bytes');
    found.push({ n, r, p, salt, ciphertext, ...readSealed(assertObject(field(slot, 'key_params'))) });
  }
  if (cost > limits.scryptCostMax) {
    throw new ImportError(
      'import/cost-too-high',
      'The file has more password slots than can be tried. Remove some in the app.',
    );
  }
  if (found.length > 0) return found;
  throw new ImportError(
    'import/unsupported-encryption',
    'No password opens this vault, only a key in the phone. Set a password in Aegis, and export again.',
  );
}

async function openSlots(slots: readonly Slot[], password: string): Promise<Buffer> {
  for (const slot of slots) {
    const key = await deriveByScrypt(password, slot);
    const masterKey = openAesGcm({ ...slot, key });
    if (masterKey !== null) return masterKey;
  }
  throw wrongPassword();
}

function readSealed(parameters: JsonObject): { readonly nonce: Buffer; readonly tag: Buffer } {
  const nonce = decodeHexOf(field(parameters, 'nonce'), 12);
  const tag = decodeHexOf(field(parameters, 'tag'), 16);
  if (nonce === null || tag === null) throw malformed('a nonce has not 12 bytes, or a tag not 16');
  return { nonce, tag };
}

function assertVersion(version: number | undefined, max: number): void {
  if (version !== undefined && Number.isInteger(version) && version >= 1 && version <= max) return;
  throw new ImportError(
    'import/unsupported-format',
    'This vault of Aegis has a version that is not known here. Export from Aegis as a list of URIs instead.',
  );
}
