/**
 * The vectors of the standards in plain ECMAScript, without a runner, against what was built: `node test/portable/otp-vectors.js`, and
 * so Bun, Deno (`deno run --allow-read`) and, as a module, a browser. It throws at the first code that is wrong.
 */
import {
  Hotp,
  KeyUri,
  Secret,
  Totp,
  TotpTable,
  decodeBase32,
  encodeBase32,
} from '../../packages/otp/dist/index.js';
import { Totp as LeanTotp } from '../../packages/otp/dist/totp-sha1.js';
import { hashOf } from '../../packages/otp/dist/algorithm.js';
import { hkdf } from '../../packages/otp/dist/hash/hkdf.js';
import { hmac, hmacKey } from '../../packages/otp/dist/hash/hmac.js';
import { decodeHex, encodeHex } from '../../packages/otp/dist/hex.js';
import rfc2202 from '../vectors/rfc2202-4231.json' with { type: 'json' };
import rfc4226 from '../vectors/rfc4226.json' with { type: 'json' };
import rfc4648 from '../vectors/rfc4648-base32.json' with { type: 'json' };
import rfc5869 from '../vectors/rfc5869-hkdf.json' with { type: 'json' };
import rfc6238 from '../vectors/rfc6238.json' with { type: 'json' };
import wycheproof from '../vectors/wycheproof-hmac.json' with { type: 'json' };

/** More windows than it takes until the kernels compute them, where the runtime has such. */
const windows = 100;
let checks = 0;

function same(actual, expected, what) {
  checks++;
  if (JSON.stringify(actual) !== JSON.stringify(expected))
    throw new Error(`${what}: ${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
}

function refused(call, what) {
  checks++;
  try {
    call();
  } catch {
    return;
  }
  throw new Error(`${what} was not refused`);
}

/** How many checks passed. */
export function checkOtpVectors() {
  checks = 0;
  // Twice: the second time the kernels are warm.
  for (const pass of ['first', 'second']) {
    checkHotp(pass);
    checkTotp(pass);
    checkMacs(pass);
  }
  checkBase32();
  checkRest();
  return checks;
}

function checkHotp(pass) {
  const hotp = new Hotp(rfc4226.secret_base32);
  for (const { counter, hotp6 } of rfc4226.cases) {
    same(hotp.generate(counter), hotp6, `${pass}: HOTP ${counter}`);
    same(
      hotp.verify(hotp6, { counter: 0 }),
      { counter, nextCounter: counter + 1 },
      `${pass}: HOTP ${counter} found`,
    );
  }
}

function checkTotp(pass) {
  for (const row of rfc6238.cases) {
    const { time, algorithm, period: periodSeconds, t0, totp: code } = row;
    const what = `${pass}: TOTP ${algorithm} ${time}`;
    const totp = new Totp(row.secret_base32, { algorithm, digits: 8, periodSeconds, t0 });
    same(totp.generate({ at: time }), code, what);
    const step = totp.stepAt(time);
    for (let window = 0; window < windows; window++) {
      same(
        totp.verify(code, { at: time, window: window % 11 }),
        { step, drift: 0 },
        `${what} window ${window % 11}`,
      );
    }
    same(totp.verify(code, { at: time, after: step }), null, `${what} spent`);
    const table = new TotpTable({ capacity: 2, algorithm, digits: 8, periodSeconds, t0 });
    table.set(1, row.secret_base32);
    same(table.verify(1, code, { at: time }), { step, drift: 0 }, `${what} in a table`);
    if (algorithm === 'SHA1') {
      same(
        new LeanTotp(row.secret_base32, { digits: 8 }).generate({ at: time }),
        code,
        `${what}, the small one`,
      );
    }
  }
}

function checkMacs(pass) {
  const macOf = (algorithm, key, message) =>
    encodeHex(hmac(hmacKey(hashOf(algorithm), decodeHex(key)), decodeHex(message)));
  for (const row of rfc2202.cases.filter(({ algorithm }) =>
    ['SHA1', 'SHA256', 'SHA512'].includes(algorithm),
  )) {
    if (row.mac_hex !== undefined)
      same(macOf(row.algorithm, row.key_hex, row.data_hex), row.mac_hex, `${pass}: ${row.id}`);
  }
  for (const [algorithm, id, , tagBits, key, message, tag, result] of wycheproof.rows) {
    const right = macOf(algorithm, key, message).slice(0, tagBits / 4) === tag;
    same(right, result === 'valid', `${pass}: Wycheproof ${algorithm} ${id}`);
  }
}

function checkBase32() {
  for (const { hex, base32_unpadded: text } of rfc4648.encode) {
    same(encodeBase32(decodeHex(hex)), text, `base32 of ${hex}`);
    same(encodeHex(decodeBase32(text)), hex, `bytes of ${text}`);
  }
  for (const { input } of rfc4648.invalid) refused(() => decodeBase32(input), `base32 ${input}`);
}

function checkRest() {
  for (const row of rfc5869.cases) {
    const [keyMaterial, salt, info] = [row.ikm_hex, row.salt_hex, row.info_hex].map(decodeHex);
    same(encodeHex(hkdf({ keyMaterial, salt, info, bytes: row.length })), row.okm_hex, `HKDF ${row.id}`);
  }
  const secret = Secret.generate();
  const uri = new Totp(secret).uri({ issuer: 'Acme', accountName: 'user@example.com' });
  same(KeyUri.parse(uri).secret.toHex(), secret.toHex(), 'a secret through a URI');
}

// In a page, who imported it asks.
if (globalThis.document === undefined) console.log(`${checkOtpVectors()} checks passed`);
