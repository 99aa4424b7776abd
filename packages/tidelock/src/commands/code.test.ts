import { spawnSync } from 'node:child_process';
import { on, once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gather, startTidelock, temporaryFolder, tidelock } from '../../test-programs/run-command.ts';
import { hasTerminal, onTerminal } from '../../test-programs/on-terminal.ts';
import { requireTool } from '../../test-programs/require-tool.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const secret256 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA';

test('S11 the code of now is on standard output, and the seconds left beside it', async () => {
  const run = await tidelock(['code', secret]);
  expect(run.status).toBe(0);
  expect(run.output).toMatch(/^\d{6}\n$/);
  expect(run.errors).toMatch(/^\d{1,2} seconds? left\n$/);
  const json = JSON.parse((await tidelock(['code', secret, '--json'])).output) as Record<string, unknown>;
  expect(json).toMatchObject({ code: expect.stringMatching(/^\d{6}$/), periodSeconds: 30 });
  expect(json['secondsLeft']).toBeGreaterThan(0);
  expect(json['secondsLeft']).toBeLessThanOrEqual(30);
});

test('S11 --next is the code that comes after, and JSON has both', async () => {
  const run = await tidelock(['code', secret, '--at', '29', '--next']);
  expect(run).toEqual({ status: 0, output: '287082\n', errors: 'shown in 1 second then\n' });
  const json = await tidelock(['code', secret, '--at', '29', '--json']);
  expect(JSON.parse(json.output)).toMatchObject({ code: '755224', secondsLeft: 1, nextCode: '287082' });
});

test('S14 --count prints a range: each code with its time, or with its counter up to the last one', async () => {
  const times = await tidelock(['code', secret, '--at', '0', '--count', '3']);
  expect(times.output).toBe(
    '755224  1970-01-01T00:00:00Z\n287082  1970-01-01T00:00:30Z\n359152  1970-01-01T00:01:00Z\n',
  );
  const counters = await tidelock(['code', secret, '--counter', '1', '--count', '2', '--json']);
  expect(JSON.parse(counters.output)).toEqual({
    codes: [
      { code: '287082', counter: 1 },
      { code: '359152', counter: 2 },
    ],
  });
  const last = await tidelock(['code', secret, '--counter', '18446744073709551614', '--count', '9']);
  expect(last.output.split('\n')[1]).toBe('094451  18446744073709551615');
  expect(last.output.split('\n')).toHaveLength(3);
});

describe('S14 the table of RFC 6238', () => {
  test.each([
    ['59', [secret, '--digits', '8'], '94287082'],
    ['1970-01-01T00:00:59Z', [secret, '--digits', '8'], '94287082'],
    ['1111111109', [secret256, '--digits', '8', '--algorithm', 'SHA256'], '68084774'],
    ['1111111109', [secret256, '--digits', '8', '--algorithm', 'sha-256'], '68084774'],
  ])('at %s', async (at, args, code) => {
    const run = await tidelock(['code', ...args, '--at', at]);
    expect(run).toMatchObject({ status: 0, output: `${code}\n`, errors: '1 second left then\n' });
  });
});

test('S31 S32 HOTP, with leading zeros kept and counters up to 64 bits', async () => {
  expect((await tidelock(['code', secret, '--counter', '0'])).output).toBe('755224\n');
  const last = await tidelock(['code', secret, '--counter', '18446744073709551615', '--json']);
  expect(JSON.parse(last.output)).toEqual({ code: '094451', counter: '18446744073709551615' });
});

test('a URI brings its parameters with it, from a file or a pipe', async () => {
  const folder = temporaryFolder();
  const uri = `otpauth://totp/Acme:u?secret=${secret}&digits=8&issuer=Acme`;
  writeFileSync(join(folder, 'uri.txt'), `${uri}\n`);
  for (const run of [
    await tidelock(['code', '@uri.txt', '--at', '59'], { folder }),
    await tidelock(['code', '-', '--at', '59'], { input: uri }),
  ]) {
    expect(run.output).toBe('94287082\n');
  }
  const hotp = `otpauth://hotp/Acme:u?secret=${secret}&counter=1`;
  expect((await tidelock(['code', hotp])).output).toBe('287082\n');
  expect((await tidelock(['code', hotp, '--counter', '0'])).output).toBe('755224\n');
});

test('S40 "Muhammad" is base32 and weak; "CodingFleet" is none, and the error names the way out', async () => {
  const weak = await tidelock(['code', 'Muhammad', '--at', '59']);
  expect(weak).toMatchObject({ status: 0, output: expect.stringMatching(/^\d{6}\n$/) });
  expect(weak.errors).toContain('weak');
  const wrong = await tidelock(['code', 'CodingFleet']);
  expect(wrong).toMatchObject({ status: 2, output: '' });
  expect(wrong.errors).toContain('--from-text');
  expect(wrong.errors).toContain('fromText');
  expect(wrong.errors).not.toContain('    at ');
  expect(wrong.errors).not.toContain('CodingFleet');
});

test.each([
  [[], "missing required argument 'secret|uri'"],
  [[secret, '--digits', '5'], 'from 6 to 8'],
  [[secret, '--digits', 'six'], 'a whole number. See --help'],
  [[secret, '--period', '5'], 'from 15 to 300'],
  [[secret, '--algorithm', 'MD5'], 'SHA1, SHA256 or SHA512'],
  [[secret, '--at', 'noon'], '2026-11-22T18:30:00Z'],
  [[secret, '--at', '1700000000000'], 'milliseconds'],
  [[secret, '--counter', '-1'], '2^64'],
  [[secret, '--counter', '0', '--period', '30'], '--period is for TOTP'],
  [[secret, '--counter', '0', '--watch'], '--watch follows the time'],
  [[secret, '--counter', '0', '--at', '59'], '--at is a time'],
  [[secret, '--at', '59', '--watch'], 'give one'],
  [[`otpauth://totp/a?secret=${secret}`, '--digits', '8'], 'A URI says itself'],
  [[`otpauth://totp/a?secret=${secret}`, '--counter', '1'], '--counter is for HOTP'],
  [['otpauth-migration://offline?data=x'], 'Google Authenticator'],
  [[secret, '--next', '--count', '2'], 'give one'],
  [[secret, '--watch', '--next'], 'give one'],
  [[secret, '--counter', '0', '--next'], '--next follows the time'],
  [[secret, '--count', '0'], '1 at least'],
  [[secret, '--count', '10001'], 'from 0 to 10000'],
  [[secret, '--colour'], "unknown option '--colour'"],
])('wrong usage %j has status 2 and says what is right', async (args, words) => {
  const run = await tidelock(['code', ...args]);
  expect(run).toMatchObject({ status: 2, output: '' });
  expect(run.errors).toContain(words);
});

test('--watch goes on until Ctrl-C, which is no fault', async () => {
  const child = startTidelock(['code', secret, '--watch', '--json', '--period', '15']);
  const run = gather(child);
  await once(child.stdout!, 'data');
  child.kill('SIGINT');
  const { status, output } = await run;
  expect(status).toBe(0);
  expect(JSON.parse(output.split('\n')[0]!)).toMatchObject({ code: expect.stringMatching(/^\d{6}$/) });
});

test.runIf(hasTerminal)('S11 --watch counts the seconds down on a terminal', async () => {
  const child = onTerminal(`code ${secret} --watch`);
  const run = gather(child);
  let seen = 0;
  for await (const _ of on(child.stdout, 'data')) {
    // Two lines, one written over the other.
    seen += 1;
    if (seen === 3) break;
  }
  child.stdin.write('\u0003');
  const { status, output } = await run;
  expect(status).toBe(0);
  expect(output).toMatch(/\d{6}.*\d+ s/);
});

test('--watch ends without a word when its reader goes away', async () => {
  const child = startTidelock(['code', secret, '--watch', '--period', '15']);
  const run = gather(child);
  await once(child.stdout!, 'data');
  child.stdout!.destroy();
  expect(await run).toMatchObject({ status: 0, errors: '' });
}, 40_000);

test.runIf(requireTool('oathtool'))(
  'S11 S14 the codes are those of oathtool',
  async () => {
    const times = [59, 1_111_111_109, 1_234_567_890, 20_000_000_000];
    for (const algorithm of ['SHA1', 'SHA256', 'SHA512']) {
      for (const at of times) {
        const digits = at % 2 === 0 ? '6' : '8';
        const theirs = spawnSync(
          'oathtool',
          [`--totp=${algorithm}`, '-b', '-d', digits, '-s', '60s', '-N', `@${at}`, secret],
          { encoding: 'utf8' },
        );
        const ours = await tidelock([
          ...['code', secret, '--at', String(at), '--digits', digits],
          ...['--period', '60', '--algorithm', algorithm],
        ]);
        expect(ours.output, `${algorithm} at ${at}`).toBe(theirs.stdout);
      }
    }
  },
  60_000,
);
