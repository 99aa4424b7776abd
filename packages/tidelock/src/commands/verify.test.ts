import { on } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasTerminal, onTerminal } from '../../test-programs/on-terminal.ts';
import { gather, temporaryFolder, tidelock } from '../../test-programs/run-command.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test('S05 a right code is accepted with status 0, a wrong one rejected with status 1', async () => {
  const right = await tidelock(['verify', secret, '287082', '--at', '59']);
  expect(right).toEqual({ status: 0, output: 'accepted\n', errors: '' });
  const wrong = await tidelock(['verify', secret, '287083', '--at', '59']);
  expect(wrong).toEqual({ status: 1, output: 'rejected\n', errors: '' });
});

test('S05 the window is one step either side, and its width is configurable', async () => {
  const at = (time: string, ...more: string[]) =>
    tidelock(['verify', secret, '287082', '--at', time, '--json', ...more]);
  expect(JSON.parse((await at('89')).output)).toEqual({ outcome: 'accepted', step: 1, drift: -1 });
  expect(await at('120')).toMatchObject({ status: 1, output: '{"outcome":"rejected"}\n' });
  expect((await at('120', '--window', '3')).status).toBe(0);
  expect((await at('89', '--window', '0')).status).toBe(1);
});

test('S28 a clock that is far off is recognised, and the user is told to set it', async () => {
  const run = await tidelock(['verify', secret, '287082', '--at', '209']);
  expect(run).toMatchObject({ status: 1, output: 'rejected\n' });
  expect(run.errors).toContain('150 seconds ago: set the clocks');
});

test('S42 the code is asked for: from a pipe, its first line, with or without blanks in it', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '2fa.txt'), `${secret}\n`);
  const run = await tidelock(['verify', '@2fa.txt', '--at', '59'], { folder, input: '287 082\nrest' });
  expect(run).toMatchObject({ status: 0, output: 'accepted\n' });
  const nothing = await tidelock(['verify', '@2fa.txt'], { folder, input: '' });
  expect(nothing).toMatchObject({ status: 2, output: '' });
});

test.runIf(hasTerminal)('S42 on a terminal a question is asked', async () => {
  const child = onTerminal(`verify ${secret} --at 59`);
  const run = gather(child);
  // Typed only when it is asked for, as people do.
  for await (const [chunk] of on(child.stdout, 'data')) {
    if (String(chunk).includes('authenticator app shows')) break;
  }
  expect(child.exitCode).toBe(null);
  child.stdin.write('287082\r');
  expect(await run).toMatchObject({ status: 0, output: expect.stringContaining('accepted') });
});

test('S41 HOTP: 0, 1, 2, 3 one after another; one that is out of order is rejected', async () => {
  const codes = ['755224', '287082', '359152', '969429'];
  let counter = 0;
  for (const code of codes) {
    const run = await tidelock(['verify', secret, code, '--counter', String(counter), '--json']);
    const { outcome, nextCounter } = JSON.parse(run.output) as { outcome: string; nextCounter: number };
    expect([run.status, outcome]).toEqual([0, 'accepted']);
    counter = nextCounter;
  }
  expect(counter).toBe(4);
  const late = await tidelock(['verify', secret, codes[2]!, '--counter', String(counter)]);
  expect(late).toMatchObject({ status: 1, output: 'rejected\n' });
  const ahead = await tidelock(['verify', secret, codes[3]!, '--counter', '0', '--look-ahead', '2']);
  expect(ahead.status).toBe(1);
});

test('S28 --drift lays the window around a clock that is known to be off', async () => {
  const at = (...more: string[]) => tidelock(['verify', secret, '287082', '--at', '3059', ...more]);
  expect((await at()).status).toBe(1);
  expect(await at('--drift', '-100', '--json')).toMatchObject({
    status: 0,
    output: '{"outcome":"accepted","step":1,"drift":-100}\n',
  });
  expect((await at('--drift', '-98')).status).toBe(1);
  expect((await at('--drift', '2881')).status).toBe(2);
});

test('S28 --resync finds how far a clock is off, by two or three codes, within the hours that are given', async () => {
  const at = (time: string, codes: readonly string[], ...more: string[]) =>
    tidelock(['verify', secret, ...codes, '--at', time, '--resync', ...more]);
  const two = ['287082', '359 152'];
  expect(await at('3059', two)).toEqual({
    status: 0,
    output: 'accepted; the other clock is 3000 seconds behind: --drift -100\n',
    errors: '',
  });
  expect(JSON.parse((await at('3059', [...two, '969429'], '--json')).output)).toEqual({
    outcome: 'accepted',
    step: 3,
    drift: -100,
  });
  expect(await at('7230', two)).toMatchObject({ status: 1, output: 'rejected\n' });
  expect((await at('7230', two, '--hours', '2')).status).toBe(0);
  expect((await at('59', two)).output).toBe('accepted; the other clock is right\n');
  expect((await at('59', two.toReversed())).status).toBe(1);
});

test('S41 --resync finds a device that ran ahead, by two or three codes', async () => {
  const run = (...more: string[]) => tidelock(['verify', secret, ...more, '--resync']);
  const ahead = await run('359152', '969429', '--counter', '0');
  expect(ahead).toMatchObject({ status: 0, output: 'accepted; the next counter is 4\n' });
  const three = await run('287082', '359152', '969429', '--counter', '0', '--json');
  expect(JSON.parse(three.output)).toEqual({ outcome: 'accepted', nextCounter: 4 });
  expect((await run('359152', '969429', '--counter', '0', '--look-ahead', '1')).status).toBe(1);
  expect((await run('359152', '969429', '--counter', '4')).status).toBe(1);
});

test.each([
  [['-'], 'must be an argument'],
  [[secret, '287082', '--window', '11'], 'from 0 to 10'],
  [[secret, '287082', '--look-ahead', '3'], '--look-ahead for HOTP'],
  [[secret, '287082', '--counter', '0', '--window', '1'], '--window is for TOTP'],
  [[secret, '287082', '--counter', '0', '--drift', '1'], 'are for TOTP'],
  [[secret, '287082', '--drift', 'x'], 'with a minus or without'],
  [[secret, '287082', '--hours', '2'], '--hours is for --resync'],
  [[secret, '287082', '359152'], 'several are for --resync'],
  [[secret, '287082', '--resync'], 'two or three codes'],
  [[secret, '287082', '359152', '--resync', '--window', '1'], 'leave --window and --drift out'],
  [[secret, '287082', '359152', '--resync', '--hours', '25'], 'from 1 to 24'],
  [[secret, '287082', '359152', '--resync', '--counter', '0', '--look-ahead', '1001'], 'from 0 to 1000'],
])('wrong usage %j has status 2', async (args, words) => {
  const run = await tidelock(['verify', ...args]);
  expect(run).toMatchObject({ status: 2, output: '' });
  expect(run.errors).toContain(words);
});

test.each(['', ' ', '28708', '2870820', '２８７０８２', '-87082', '287082\u0000'.slice(0, 6) + 'x'])(
  'A7 the code %j is rejected, and nothing else happens',
  async (code) => {
    expect(await tidelock(['verify', secret, '--at', '59', '--', code])).toMatchObject({ status: 1 });
  },
);
