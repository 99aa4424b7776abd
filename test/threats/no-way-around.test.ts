import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { unknownAccount, type Account } from '../../packages/engine/src/account/account.ts';
import { verify } from '../../packages/engine/src/decisions/verify.ts';
import { keyRing } from '../../packages/engine/src/platform/key-ring.ts';
import { nodePlatform } from '../../packages/engine/src/platform/node-crypto.ts';
import { createPolicy } from '../../packages/engine/src/policy.ts';
import {
  enrollAccount,
  openTestTidelock,
  testKeys,
} from '../../packages/engine/src/testing/enrolled-account.ts';
import { createVault } from '../../packages/engine/src/vault.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shipped = execFileSync('git', ['ls-files', 'packages'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => /^packages\/[^/]+\/(src|bin)\/.*\.(ts|tsx|js)$/.test(path))
  .filter((path) => !/\.test\.tsx?$|\/testing\//.test(path));

/** A source without its comments. */
function codeOfFile(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8').replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
}

test('A17 a wrong code, a spent code and a code for no such factor are answered alike', async () => {
  const bench = openTestTidelock({ policy: { failuresBeforeLock: 10 } });
  const { code, wrongCode, factorId } = await enrollAccount(bench);
  const answers = [
    await bench.tidelock.verify('alice', { code: wrongCode(), factorId }),
    await bench.tidelock.verify('alice', { code: code(-1), factorId }),
    await bench.tidelock.verify('alice', { code: code(), factorId: 'fct_of-nobody' }),
  ];
  expect(answers).toEqual(
    [9, 8, 7].map((attemptsLeft) => ({ outcome: 'rejected', reason: 'wrong', attemptsLeft })),
  );
});

test('A17 a wrong and a spent code cost the same: as many secrets are opened, whatever the code', async () => {
  const bench = openTestTidelock();
  const { code, wrongCode } = await enrollAccount(bench);
  const [stored] = await bench.store.load([{ tenant: 'default', account: 'alice' }]);
  const account: Account = { ...unknownAccount, ...(JSON.parse(stored!.record!) as Account) };
  const opens = [wrongCode(), code(-1), code()].map((typed) => {
    const vault = createVault(keyRing(testKeys), nodePlatform);
    let opened = 0;
    const counting = {
      ...vault,
      open: (...args: Parameters<typeof vault.open>) => (opened++, vault.open(...args)),
    };
    const id = { tenant: 'default', account: 'alice' };
    const context = {
      id,
      now: bench.clock.now(),
      epoch: 0,
      policy: createPolicy(),
      issuer: 'Acme',
      vault: counting,
      notices: null,
      platform: nodePlatform,
    };
    verify(account, { code: typed }, context, null);
    return opened;
  });
  expect(opens).toEqual([1, 1, 1]);
});

test('A19 nothing but the composition root reads the environment, and no source knows of a test mode', () => {
  expect(shipped.length).toBeGreaterThan(100);
  const readers = shipped.filter((path) => /process\.env|import\.meta\.env/.test(codeOfFile(path)));
  expect(readers.every((path) => path.startsWith('packages/tidelock/'))).toBe(true);
  const modes = /NODE_ENV|VITEST|TIDELOCK_TEST|\bbypass|skipVerification|master ?code/i;
  expect(shipped.filter((path) => modes.test(codeOfFile(path)))).toEqual([]);
});

test('A19 the codes that test systems let through are wrong here', async () => {
  const bench = openTestTidelock({ policy: { failuresBeforeLock: 10 } });
  const { code } = await enrollAccount(bench);
  const near = new Set([-1, 0, 1].map((steps) => code(steps)));
  for (const typed of ['000000', '111111', '123456', '654321', '999999', '00000000'].filter(
    (known) => !near.has(known),
  )) {
    expect(await bench.tidelock.verify('alice', { code: typed })).toMatchObject({ outcome: 'rejected' });
  }
});

test('B10 with every other limit as wide as it goes, the account still locks after its failures', async () => {
  const bench = openTestTidelock({
    policy: { openingsBurst: 1000, openingSeconds: 1, failuresBeforeLock: 3 },
  });
  const { wrongCode, code, ticket } = await enrollAccount(bench);
  const outcomes: string[] = [];
  for (let count = 0; count < 50; count += 1) {
    outcomes.push(
      (await bench.tidelock.verify('alice', { code: wrongCode(), ticket: await ticket() })).outcome,
    );
  }
  expect(outcomes.filter((outcome) => outcome === 'rejected')).toHaveLength(3);
  expect(await bench.tidelock.verify('alice', { code: code(), ticket: await ticket() })).toMatchObject({
    outcome: 'locked',
  });
});
