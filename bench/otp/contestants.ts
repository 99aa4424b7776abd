import { Hotp, Totp } from '@tidelock/otp';
import type { Peers } from './peers.ts';
import { callCount, type Workload } from './workload.ts';

/** What is measured; each is a process of its own, so that no section warms up another. */
export const sections = [
  'verify',
  'verify-prebuilt',
  'look-ahead',
  'generate',
  'generate-prebuilt',
  'verify-sha256',
  'verify-sha512',
] as const;
export type Section = (typeof sections)[number];

export interface Contestant {
  readonly name: string;
  /** Call number `index` of the workload: whether a code was right, or the code. */
  readonly call: (index: number) => unknown;
  /** Of the same, with a code and a time that the checks give. */
  readonly probe: (secret: number, code: string, seconds: number) => unknown;
}

type Hash = 'sha1' | 'sha256' | 'sha512';
type Call = (secret: number, code: string, seconds: number) => unknown;

/** RFC 6238, appendix B: a key is as long as its digest. */
export const secretBytesOf: Readonly<Record<Section, number>> = {
  verify: 20,
  'verify-prebuilt': 20,
  'look-ahead': 20,
  generate: 20,
  'generate-prebuilt': 20,
  'verify-sha256': 32,
  'verify-sha512': 64,
};

/** How many counters after the expected one are looked at. */
export const lookAhead = 100;

let clock = 0;

/** For the libraries that take no time: they read it from where the runtime keeps it, and that is a variable here. */
function setClock(seconds: number): void {
  clock = seconds * 1000;
}

export function replaceClock(): void {
  Date.now = () => clock;
}

/** Everyone who takes part in a section, ourselves first. */
export function contestantsOf(section: Section, peers: Peers, workload: Workload): Contestant[] {
  const calls = makers[section](peers, workload);
  const { secretOf, codes, secondsOf } = workload;
  return Object.entries(calls).map(([name, probe]) => ({
    name,
    probe,
    call: (index) => {
      const at = index & (callCount - 1);
      return probe(secretOf[at]!, codes[at]!, secondsOf[at]!);
    },
  }));
}

const makers: Readonly<Record<Section, (peers: Peers, workload: Workload) => Record<string, Call>>> = {
  verify: (peers, workload) => verifyCalls(peers, workload, 'sha1'),
  'verify-sha256': (peers, workload) => verifyCalls(peers, workload, 'sha256'),
  'verify-sha512': (peers, workload) => verifyCalls(peers, workload, 'sha512'),
  'verify-prebuilt': prebuiltCalls,
  'look-ahead': lookAheadCalls,
  generate: generateCalls,
  'generate-prebuilt': generatePrebuiltCalls,
};

/** A code of a request against a secret of a database: base32 text, one step either side. */
function verifyCalls(peers: Peers, { base32, bytes }: Workload, hash: Hash): Record<string, Call> {
  const { otplib12, otplib13, otplib13Node, otpauth, oslo, osloDecode, time2fa, speakeasy, node2fa } = peers;
  const algorithm = hash.toUpperCase() as 'SHA1' | 'SHA256' | 'SHA512';
  const options = { algorithm } as const;
  const authenticator = otplib12.authenticator.clone({ window: 1, algorithm: hash });
  const config = { secretSize: bytes[0]!.length, algo: hash };
  return {
    '@tidelock/otp':
      hash === 'sha1'
        ? (secret, code, at) => new Totp(base32[secret]!).verify(code, { at }) !== null
        : (secret, code, at) => new Totp(base32[secret]!, options).verify(code, { at }) !== null,
    'otplib 12': (secret, code, seconds) => {
      authenticator.options = { epoch: seconds * 1000 };
      return authenticator.check(code, base32[secret]!);
    },
    'otplib 13': (secret, token, epoch) =>
      otplib13.verifySync({ secret: base32[secret]!, token, epoch, epochTolerance: 30, algorithm: hash })
        .valid,
    'otplib 13 with node:crypto': (secret, token, epoch) => {
      const crypto = otplib13Node;
      const more = { epochTolerance: 30, algorithm: hash, crypto };
      return otplib13.verifySync({ secret: base32[secret]!, token, epoch, ...more }).valid;
    },
    otpauth: (secret, token, seconds) => {
      const totp = new otpauth.TOTP({ secret: otpauth.Secret.fromBase32(base32[secret]!), algorithm });
      return totp.validate({ token, timestamp: seconds * 1000, window: 1 }) !== null;
    },
    time2fa: (secret, passcode, seconds) => {
      setClock(seconds);
      return time2fa.Totp.validate({ secret: base32[secret]!, passcode, drift: 1 }, config);
    },
    speakeasy: (secret, token, time) =>
      speakeasy.totp.verify({
        secret: base32[secret]!,
        encoding: 'base32',
        token,
        time,
        window: 1,
        algorithm: hash,
      }),
    ...(hash === 'sha1' && {
      '@oslojs/otp': (secret: number, code: string, seconds: number) => {
        setClock(seconds);
        return oslo.verifyTOTPWithGracePeriod(osloDecode(base32[secret]!), 30, 6, code, 30);
      },
      // It asks the operating system for the time, so the step is that of the run.
      'node-2fa': (secret: number, code: string) => node2fa.verifyToken(base32[secret]!, code, 1) !== null,
    }),
  };
}

/** The same with what each library can keep of a secret. */
function prebuiltCalls(peers: Peers, { base32, bytes }: Workload): Record<string, Call> {
  const { otplib12, otplib13, otplib13Node, otpauth, oslo } = peers;
  const ours = base32.map((text) => new Totp(text));
  const theirs = base32.map((text) => new otpauth.TOTP({ secret: otpauth.Secret.fromBase32(text) }));
  const authenticator = otplib12.authenticator.clone({ window: 1 });
  return {
    '@tidelock/otp': (secret, code, at) => ours[secret]!.verify(code, { at }) !== null,
    'otplib 12': (secret, code, seconds) => {
      authenticator.options = { epoch: seconds * 1000 };
      return authenticator.check(code, base32[secret]!);
    },
    'otplib 13': (secret, token, epoch) =>
      otplib13.verifySync({ secret: bytes[secret]!, token, epoch, epochTolerance: 30 }).valid,
    'otplib 13 with node:crypto': (secret, token, epoch) => {
      const crypto = otplib13Node;
      return otplib13.verifySync({ secret: bytes[secret]!, token, epoch, epochTolerance: 30, crypto }).valid;
    },
    otpauth: (secret, token, seconds) =>
      theirs[secret]!.validate({ token, timestamp: seconds * 1000, window: 1 }) !== null,
    '@oslojs/otp': (secret, code, seconds) => {
      setClock(seconds);
      return oslo.verifyTOTPWithGracePeriod(bytes[secret]!, 30, 6, code, 30);
    },
  };
}

/** The expected counter and a hundred after it. */
function lookAheadCalls(peers: Peers, { base32, bytes }: Workload): Record<string, Call> {
  const { otplib12, otplib13, otplib13Node, otpauth, oslo, time2fa, speakeasy } = peers;
  const ours = base32.map((text) => new Hotp(text));
  const theirs = base32.map((text) => new otpauth.HOTP({ secret: otpauth.Secret.fromBase32(text) }));
  const hexes = bytes.map((each) => Buffer.from(each).toString('hex'));
  const hotp12 = otplib12.hotp.clone({ encoding: 'hex' });
  const some = (counter: number, check: (counter: number) => boolean) => {
    let found = false;
    for (let each = 0; each <= lookAhead && !found; each++) found = check(counter + each);
    return found;
  };
  const config = { secretSize: bytes[0]!.length };
  const tolerance = {
    counterTolerance: [0, lookAhead],
    guardrails: otplib13.createGuardrails({ MAX_WINDOW: 101 }),
  };
  return {
    '@tidelock/otp': (secret, code, counter) => ours[secret]!.verify(code, { counter, lookAhead }) !== null,
    'otplib 12': (secret, code, counter) => some(counter, (each) => hotp12.check(code, hexes[secret]!, each)),
    'otplib 13': (secret, token, counter) => {
      const more = { strategy: 'hotp', ...tolerance };
      return otplib13.verifySync({ secret: bytes[secret]!, token, counter, ...more }).valid;
    },
    'otplib 13 with node:crypto': (secret, token, counter) => {
      const more = { strategy: 'hotp', crypto: otplib13Node, ...tolerance };
      return otplib13.verifySync({ secret: bytes[secret]!, token, counter, ...more }).valid;
    },
    // Its window has two sides: fifty either side of the middle are the same counters.
    otpauth: (secret, token, counter) =>
      theirs[secret]!.validate({ token, counter: counter + lookAhead / 2, window: lookAhead / 2 }) !== null,
    '@oslojs/otp': (secret, code, counter) =>
      some(counter, (each) => oslo.verifyHOTP(bytes[secret]!, BigInt(each), 6, code)),
    time2fa: (secret, passcode, first) =>
      some(first, (counter) =>
        time2fa.Hotp.validate({ secret: base32[secret]!, passcode, counter } as object, config),
      ),
    speakeasy: (secret, token, counter) =>
      speakeasy.hotp.verify({
        secret: base32[secret]!,
        encoding: 'base32',
        token,
        counter,
        window: lookAhead,
      }),
  };
}

/** The code of a moment from base32 text. */
function generateCalls(peers: Peers, { base32, bytes }: Workload): Record<string, Call> {
  const { otplib12, otplib13, otplib13Node, otpauth, oslo, osloDecode, time2fa, speakeasy, node2fa } = peers;
  const authenticator = otplib12.authenticator.clone({});
  const config = { secretSize: bytes[0]!.length, digits: 6, period: 30, algo: 'sha1' };
  return {
    '@tidelock/otp': (secret, _, at) => new Totp(base32[secret]!).generate({ at }),
    'otplib 12': (secret, _, seconds) => {
      authenticator.options = { epoch: seconds * 1000 };
      return authenticator.generate(base32[secret]!);
    },
    'otplib 13': (secret, _, epoch) => otplib13.generateSync({ secret: base32[secret]!, epoch }),
    'otplib 13 with node:crypto': (secret, _, epoch) =>
      otplib13.generateSync({ secret: base32[secret]!, epoch, crypto: otplib13Node }),
    otpauth: (secret, _, seconds) =>
      new otpauth.TOTP({ secret: otpauth.Secret.fromBase32(base32[secret]!) }).generate({
        timestamp: seconds * 1000,
      }),
    time2fa: (secret, _, seconds) => {
      setClock(seconds);
      return time2fa.Totp.generatePasscodes({ secret: base32[secret]! }, config)[0];
    },
    speakeasy: (secret, _, time) => speakeasy.totp({ secret: base32[secret]!, encoding: 'base32', time }),
    '@oslojs/otp': (secret, _, seconds) => {
      setClock(seconds);
      return oslo.generateTOTP(osloDecode(base32[secret]!), 30, 6);
    },
    'node-2fa': (secret) => node2fa.generateToken(base32[secret]!)?.token,
    'totp-generator': async (secret, _, seconds) => {
      const { otp } = await peers.totpGenerator.TOTP.generate(base32[secret]!, { timestamp: seconds * 1000 });
      return otp;
    },
  };
}

/** The code of a moment with what each library can keep of a secret. */
function generatePrebuiltCalls(peers: Peers, { base32, bytes }: Workload): Record<string, Call> {
  const { otplib13, otplib13Node, otpauth, oslo } = peers;
  const ours = base32.map((text) => new Totp(text));
  const theirs = base32.map((text) => new otpauth.TOTP({ secret: otpauth.Secret.fromBase32(text) }));
  return {
    '@tidelock/otp': (secret, _, at) => ours[secret]!.generate({ at }),
    'otplib 13': (secret, _, epoch) => otplib13.generateSync({ secret: bytes[secret]!, epoch }),
    'otplib 13 with node:crypto': (secret, _, epoch) =>
      otplib13.generateSync({ secret: bytes[secret]!, epoch, crypto: otplib13Node }),
    otpauth: (secret, _, seconds) => theirs[secret]!.generate({ timestamp: seconds * 1000 }),
    '@oslojs/otp': (secret, _, seconds) => {
      setClock(seconds);
      return oslo.generateTOTP(bytes[secret]!, 30, 6);
    },
  };
}
