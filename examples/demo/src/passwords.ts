import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** OWASP password storage cheat sheet: argon2id with m = 19 MiB, t = 2, p = 1. */
const cost = { memory: 19 * 1024, passes: 2, parallelism: 1 } as const;
const saltBytes = 16;
const hashBytes = 32;
/** Each hash takes 19 MiB and a thread of the pool, which has four. */
const atOnceMax = 4;
const waitingMax = 200;

/** NIST SP 800-63B-4 §3.1.1.2: 8 at least beside a second factor; no rule about which characters. */
export const passwordLength = { least: 8, most: 128 } as const;

/** The server has more passwords to hash than it can: better to say so than to let everybody wait. */
export class TooBusy extends Error {}

let running = 0;
const waiting: (() => void)[] = [];

/** A password as it is kept: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. @throws TooBusy */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await compute(password, salt, cost);
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(hash)}`;
}

/** Whether a password is the one that was kept. @throws TooBusy */
export async function verifyPassword(password: string, kept: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt, hash] =
    /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(kept) ?? [];
  if (salt === undefined || hash === undefined)
    throw new Error('A kept password is not of the form that this demo writes.');
  const expected = Buffer.from(hash, 'base64');
  const keptCost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const computed = await compute(password, Buffer.from(salt, 'base64'), keptCost);
  return computed.length === expected.length && timingSafeEqual(computed, expected);
}

/** What an unknown name is checked against, so that it takes as long as a known one (E3). No password has this hash. */
export const nobodysPassword: string = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${encode(randomBytes(saltBytes))}$${encode(randomBytes(hashBytes))}`;

type Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number };

async function compute(password: string, nonce: Buffer, used: Cost): Promise<Buffer> {
  // One password, however a keyboard composes its letters.
  const message = Buffer.from(password.normalize('NFC'));
  await takeTurn();
  try {
    return await new Promise((resolve, reject) => {
      argon2('argon2id', { message, nonce, tagLength: hashBytes, ...used }, (error, hash) =>
        error === null ? resolve(hash) : reject(error),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function takeTurn(): Promise<void> | void {
  if (running < atOnceMax) {
    running += 1;
    return;
  }
  if (waiting.length >= waitingMax) throw new TooBusy();
  return new Promise((resolve) => waiting.push(resolve));
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}

/** Why a new password will not do; null where it does. */
export function problemOfPassword(password: string): string | null {
  const length = [...password].length;
  if (length < passwordLength.least) return `A password has at least ${passwordLength.least} characters.`;
  if (length > passwordLength.most) return `A password has at most ${passwordLength.most} characters.`;
  return null;
}
