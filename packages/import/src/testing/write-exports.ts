import { createHash, pbkdf2Sync, scryptSync } from 'node:crypto';
import type { ExportableFactor } from '../export/exportable-factor.ts';
import { exportUriList } from '../export/export-uri-list.ts';
import { madeUp, sealGcm, type Sealed } from './seal.ts';

type Factors = readonly ExportableFactor[];

/** What Aegis writes, as its `docs/vault.md` describes it. */
export function writeAegis(factors: Factors): string {
  const entries = factors.map((factor) => ({
    type: factor.kind,
    uuid: '01234567-89ab-cdef-0123-456789abcdef',
    name: factor.accountName,
    issuer: factor.issuer ?? '',
    icon: null,
    info: {
      secret: factor.secret.toBase32(),
      algo: factor.algorithm,
      digits: factor.digits,
      ...(factor.kind === 'hotp' ? { counter: factor.counter } : { period: factor.periodSeconds }),
    },
  }));
  return JSON.stringify({
    version: 1,
    header: { slots: null, params: null },
    db: { version: 2, entries, groups: [] },
  });
}

export interface AegisSealing {
  readonly password: string;
  readonly n?: number;
  readonly r?: number;
  readonly p?: number;
}

/** The same, sealed for a password; a slot of the phone's key stands before the one of the password. */
export function sealAegis(plain: string, { password, n = 1024, r = 8, p = 1 }: AegisSealing): string {
  const masterKey = madeUp('master key', 32);
  const salt = madeUp('salt', 32);
  const key = scryptSync(password, salt, 32, { N: n, r, p, maxmem: 512 * n * r + 100_000 });
  const slot = sealGcm(key, { name: 'slot', plain: masterKey });
  const { db } = JSON.parse(plain) as { db: object };
  const sealed = sealGcm(masterKey, { name: 'db', plain: JSON.stringify(db) });
  const slots = [
    { type: 2, uuid: 'phone', key: madeUp('phone', 32).toString('hex'), key_params: hexParameters(slot) },
    {
      type: 1,
      key: slot.ciphertext.toString('hex'),
      key_params: hexParameters(slot),
      n,
      r,
      p,
      salt: salt.toString('hex'),
    },
  ];
  return JSON.stringify({
    version: 1,
    header: { slots, params: hexParameters(sealed) },
    db: sealed.ciphertext.toString('base64'),
  });
}

/** What 2FAS writes in version 4. */
export function writeTwoFas(factors: Factors): string {
  const services = factors.map((factor, position) => ({
    name: factor.issuer ?? '',
    secret: factor.secret.toBase32(),
    updatedAt: 1_700_000_000_000,
    otp: {
      account: factor.accountName,
      issuer: factor.issuer ?? '',
      digits: factor.digits,
      algorithm: factor.algorithm,
      tokenType: factor.kind.toUpperCase(),
      source: 'Link',
      ...(factor.kind === 'hotp' ? { counter: factor.counter } : { period: factor.periodSeconds }),
    },
    order: { position },
  }));
  return JSON.stringify({ services, groups: [], schemaVersion: 4, appOrigin: 'android' });
}

export function sealTwoFas(plain: string, { password }: { readonly password: string }): string {
  const { services } = JSON.parse(plain) as { services: object };
  const salt = madeUp('salt', 256);
  const key = pbkdf2Sync(password, salt, 10_000, 32, 'sha256');
  const { nonce, ciphertext, tag } = sealGcm(key, { name: '2fas', plain: JSON.stringify(services) });
  const parts = [Buffer.concat([ciphertext, tag]), salt, nonce].map((part) => part.toString('base64'));
  return JSON.stringify({ services: [], schemaVersion: 4, servicesEncrypted: parts.join(':') });
}

/** What andOTP writes: secrets with padding. */
export function writeAndOtp(factors: Factors): string {
  return JSON.stringify(
    factors.map((factor) => {
      const secret = factor.secret.toBase32();
      return {
        secret: secret.padEnd(Math.ceil(secret.length / 8) * 8, '='),
        issuer: factor.issuer ?? '',
        label: factor.accountName,
        digits: factor.digits,
        type: factor.kind.toUpperCase(),
        algorithm: factor.algorithm,
        thumbnail: 'Default',
        tags: [],
        ...(factor.kind === 'hotp' ? { counter: factor.counter } : { period: factor.periodSeconds }),
      };
    }),
  );
}

export function sealAndOtp(
  plain: string,
  { password, rounds = 2_000 }: { readonly password: string; readonly rounds?: number },
): Buffer {
  const salt = madeUp('salt', 12);
  const key = pbkdf2Sync(password, salt, rounds, 32, 'sha1');
  const { nonce, ciphertext, tag } = sealGcm(key, { name: 'andotp', plain });
  const head = Buffer.alloc(4);
  head.writeUInt32BE(rounds);
  return Buffer.concat([head, salt, nonce, ciphertext, tag]);
}

/** As andOTP did before 0.6.3. */
export function sealOldAndOtp(plain: string, { password }: { readonly password: string }): Buffer {
  const key = createHash('sha256').update(password).digest();
  const { nonce, ciphertext, tag } = sealGcm(key, { name: 'old andotp', plain });
  return Buffer.concat([nonce, ciphertext, tag]);
}

/** A password manager's items: a login without a code stands between. */
export function writeBitwardenJson(factors: Factors): string {
  const items = uris(factors).flatMap((uri) => [loginItem(uri), loginItem(null)]);
  return JSON.stringify({ encrypted: false, folders: [], items: [...items, { type: 2, secureNote: {} }] });
}

export function writeBitwardenCsv(factors: Factors): string {
  const header = 'folder,favorite,type,name,notes,fields,login_uri,login_username,login_password,login_totp';
  return [header, ...uris(factors).flatMap((uri) => [csvRow(uri), csvRow('')])].join('\r\n');
}

/** What FreeOTP+ writes: signed bytes, and the counter that was used last. */
export function writeFreeOtpPlus(factors: Factors): string {
  const tokens = factors.map((factor) => ({
    algo: factor.algorithm,
    counter: factor.kind === 'hotp' ? Number(factor.counter) - 1 : 0,
    digits: factor.digits,
    issuerExt: factor.issuer ?? '',
    issuerInt: factor.issuer ?? '',
    label: factor.accountName,
    period: factor.periodSeconds,
    secret: [...new Int8Array(factor.secret.bytes)],
    type: factor.kind.toUpperCase(),
  }));
  return JSON.stringify({ tokenOrder: factors.map(({ accountName }) => accountName), tokens });
}

/** What the Steam app keeps for several accounts. */
export function writeSteamFile(factors: Factors): string {
  const accounts = factors.map(({ accountName, secret }, index) => [
    String(index),
    { steamid: '1', shared_secret: Buffer.from(secret.bytes).toString('base64'), account_name: accountName },
  ]);
  return JSON.stringify({ accounts: Object.fromEntries(accounts) as object });
}

function uris(factors: Factors): string[] {
  return exportUriList(factors).text.trim().split('\n');
}

function hexParameters({ nonce, tag }: Sealed): object {
  return { nonce: nonce.toString('hex'), tag: tag.toString('hex') };
}

function loginItem(totp: string | null): object {
  return { type: 1, name: 'a site', login: { username: 'somebody', password: 'pw', totp } };
}

function csvRow(totp: string): string {
  return `,,login,"a ""quoted"" site","two\nlines",,,somebody,"p,w",${totp}`;
}
