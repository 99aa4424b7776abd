import { execFileSync, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Algorithm } from './algorithm.ts';
import { Hotp } from './hotp.ts';
import { Secret } from './secret.ts';
import { Totp } from './totp.ts';

/** `TIDELOCK_TEST_SLOW=1`: the whole number of cases (see the README). */
const sets = process.env['TIDELOCK_TEST_SLOW'] === '1' ? 2000 : 200;
const installed = spawnSync('oathtool', ['--version']).status === 0;
if (!installed)
  console.warn(
    'SKIPPED: oathtool is not installed, so nothing is compared with it (apt-get install oathtool).',
  );

/** In CI a missing tool is a failure; elsewhere the test is skipped, and said to be. */
const runIf = installed || process.env['CI'] === 'true' ? it : it.skip;
const pick = <Item>(list: readonly Item[]) => list[randomInt(list.length)]!;
const between = (min: number, max: number) => randomInt(min, max + 1);

runIf(`S14, S31: ${sets} random parameter sets give what oathtool gives`, { timeout: 600_000 }, () => {
  for (let run = 0; run < sets; run++) {
    const secret = Secret.generate(between(16, 130));
    const digits = pick([6, 7, 8]);
    const common = ['--base32', `--digits=${digits}`];
    if (run % 2 === 0) {
      const counter = between(0, 2 ** 47);
      const expected = oathtool(['--hotp', ...common, `--counter=${counter}`, secret.toBase32()]);
      expect(new Hotp(secret, { digits }).generate(counter)).toBe(expected);
      continue;
    }
    const algorithm = pick<Algorithm>(['SHA1', 'SHA256', 'SHA512']);
    const periodSeconds = pick([15, 30, 60, 240, 300]);
    const at = between(0, 20_000_000_000);
    const now = new Date(at * 1000).toISOString().replace('T', ' ').replace('.000Z', ' UTC');
    const timing = [`--totp=${algorithm}`, `--time-step-size=${periodSeconds}s`, `--now=${now}`];
    const totp = new Totp(secret.toBase32(), { digits, algorithm, periodSeconds });
    const expected = oathtool([...timing, ...common, secret.toBase32()]);
    expect(totp.generate({ at }), `${algorithm} ${periodSeconds} ${at}`).toBe(expected);
    // The same code through a window, which the kernels compute.
    expect(totp.verify(expected, { at, window: 2 })).not.toBeNull();
  }
});

function oathtool(args: readonly string[]): string {
  return execFileSync('oathtool', args, { encoding: 'utf8' }).trim();
}
