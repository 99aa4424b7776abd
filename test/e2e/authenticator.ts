import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const periodSeconds = 30;

/** Reads a QR code from a picture, with a decoder that is not ours. */
export function scan(png: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-scan-'));
  try {
    const path = join(folder, 'screen.png');
    writeFileSync(path, png);
    return execFileSync('zbarimg', ['--quiet', '--raw', path], { encoding: 'utf8' }).trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An authenticator app: it knows the key of a QR code, and shows codes that oathtool computes. */
export interface Authenticator {
  readonly secret: string;
  /** A code that was not shown before: of the step before, of this one or the next, and waits where all three are spent. */
  nextCode(): Promise<string>;
  /** A code that no step near now has. */
  wrongCode(): string;
}

export function authenticator(uri: string): Authenticator {
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const stepNow = (): number => Math.floor(Date.now() / 1000 / periodSeconds);
  const codeAt = (step: number): string =>
    execFileSync('oathtool', ['--totp', '--base32', '--now', `@${step * periodSeconds}`, secret], {
      encoding: 'utf8',
    }).trim();
  let shown = 0;
  return {
    secret,
    async nextCode() {
      // A little before the edge of a step, the window may have moved on when the code arrives.
      const safe = Math.floor((Date.now() / 1000 + 3) / periodSeconds);
      shown = Math.max(shown + 1, safe - 1);
      while (stepNow() < shown - 1) await new Promise((resolve) => setTimeout(resolve, 200));
      return codeAt(shown);
    },
    wrongCode() {
      const near = new Set([-2, -1, 0, 1, 2, 3].map((offset) => codeAt(stepNow() + offset)));
      return ['000000', '111111', '222222', '333333', '444444', '555555', '666666'].find(
        (code) => !near.has(code),
      )!;
    },
  };
}
