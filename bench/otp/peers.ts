/** The libraries as they are published. Two have no types of their own, so all of them are looked at through these. */

export interface OtplibPlugin {
  readonly name?: string;
}

interface Otplib12 {
  readonly authenticator: Otplib12Instance;
  readonly hotp: {
    clone(options: object): { check(code: string, secret: string, counter: number): boolean };
  };
}

interface Otplib12Instance {
  clone(options: object): Otplib12Instance;
  options: object;
  check(code: string, secret: string): boolean;
  generate(secret: string): string;
}

interface Otplib13 {
  verifySync(options: object): { readonly valid: boolean };
  generateSync(options: object): string;
  createGuardrails(options: object): object;
}

interface Otpauth {
  readonly Secret: { fromBase32(text: string): object };
  readonly TOTP: new (options: object) => {
    validate(options: object): number | null;
    generate(options: object): string;
  };
  readonly HOTP: new (options: object) => { validate(options: object): number | null };
}

interface Oslo {
  verifyTOTPWithGracePeriod(
    key: Uint8Array,
    period: number,
    digits: number,
    code: string,
    grace: number,
  ): boolean;
  verifyHOTP(key: Uint8Array, counter: bigint, digits: number, code: string): boolean;
  generateTOTP(key: Uint8Array, period: number, digits: number): string;
}

interface Time2fa {
  readonly Totp: {
    validate(options: object, config: object): boolean;
    generatePasscodes(options: object, config: object): readonly string[];
  };
  readonly Hotp: { validate(options: object, config: object): boolean };
}

interface Speakeasy {
  totp: { (options: object): string; verify(options: object): boolean };
  readonly hotp: { verify(options: object): boolean };
}

interface Node2fa {
  verifyToken(secret: string, code: string, window: number): object | null;
  generateToken(secret: string): { readonly token: string } | null;
}

interface TotpGenerator {
  readonly TOTP: { generate(secret: string, options: object): Promise<{ readonly otp: string }> };
}

export interface Peers {
  readonly otplib12: Otplib12;
  readonly otplib13: Otplib13;
  /** What its authors offer for Node in place of the default, which is pure JavaScript. */
  readonly otplib13Node: OtplibPlugin;
  readonly otpauth: Otpauth;
  readonly oslo: Oslo;
  readonly osloDecode: (text: string) => Uint8Array;
  readonly time2fa: Time2fa;
  readonly speakeasy: Speakeasy;
  readonly node2fa: Node2fa;
  readonly totpGenerator: TotpGenerator;
}

export async function loadPeers(): Promise<Peers> {
  const plugin = await load<{ readonly crypto: OtplibPlugin }>('@otplib/plugin-crypto-node');
  const encoding = await load<{ readonly decodeBase32IgnorePadding: Peers['osloDecode'] }>(
    '@oslojs/encoding',
  );
  return {
    otplib12: await load('otplib-12'),
    otplib13: await load('otplib-13'),
    otplib13Node: plugin.crypto,
    otpauth: await load('otpauth'),
    oslo: await load('@oslojs/otp'),
    osloDecode: encoding.decodeBase32IgnorePadding,
    time2fa: await load('time2fa'),
    speakeasy: await load('speakeasy'),
    node2fa: await load('node-2fa'),
    totpGenerator: await load('totp-generator'),
  };
}

/** Of a CommonJS module some runtimes name only the default export. */
async function load<Peer>(name: string): Promise<Peer> {
  const loaded = (await import(name)) as Record<string, unknown>;
  return { ...(loaded['default'] as object | undefined), ...loaded } as Peer;
}
