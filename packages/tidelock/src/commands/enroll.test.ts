import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeyUri } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { requireTool } from '../../test-programs/require-tool.ts';
import { temporaryFolder, tidelock } from '../../test-programs/run-command.ts';

const enroll = ['enroll', '--issuer', 'Acme', '--account', 'user@example.com'];

test('S42 one command saves a key and writes its QR code, the other says whether a code is right', async () => {
  const folder = temporaryFolder();
  const run = await tidelock([...enroll, '--out', '2fa.txt', '--png', 'totp_qr.png'], { folder });
  expect(run.status).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(['2fa.txt', 'totp_qr.png']);
  expect(readFileSync(join(folder, '2fa.txt'), 'utf8')).toMatch(/^[A-Z2-7]{32}\n$/);
  for (const name of ['2fa.txt', 'totp_qr.png'])
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  const code = (await tidelock(['code', '@2fa.txt'], { folder })).output.trim();
  expect(await tidelock(['verify', '@2fa.txt'], { folder, input: code })).toMatchObject({ status: 0 });
});

test('S10 the QR file is named for deletion, and the key is in no output', async () => {
  const folder = temporaryFolder();
  const run = await tidelock(enroll, { folder });
  expect(run.errors).toContain('Delete totp_qr.png as soon as it is scanned');
  const key = readFileSync(join(folder, '2fa.txt'), 'utf8').trim();
  expect(run.output + run.errors).not.toContain(key);
  const json = await tidelock([...enroll, '--out', 'b.txt', '--png', 'b.png', '--json'], { folder });
  expect(JSON.parse(json.output)).toEqual({
    secretFile: 'b.txt',
    qrFile: 'b.png',
    deleteAfterScanning: 'b.png',
  });
});

test.each(['2fa.txt', 'totp_qr.png'])('S42 where %s is there already, nothing is written', async (name) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), 'somebody’s');
  const run = await tidelock(enroll, { folder });
  expect(run).toMatchObject({ status: 2, output: '' });
  expect(run.errors).toContain(`${name} is there already`);
  expect(readdirSync(folder)).toEqual([name]);
  expect(readFileSync(join(folder, name), 'utf8')).toBe('somebody’s');
});

test('S42 two at once: one makes both files, and the other none', async () => {
  const folder = temporaryFolder();
  const runs = await Promise.all([tidelock(enroll, { folder }), tidelock(enroll, { folder })]);
  expect(new Set(runs.map(({ status }) => status))).toEqual(new Set([0, 2]));
  expect(readdirSync(folder).sort()).toEqual(['2fa.txt', 'totp_qr.png']);
});

test('where the image cannot be written, no key is left behind', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const run = await tidelock([...enroll, '--png', 'file/totp_qr.png'], { folder });
  expect(run.status).toBe(2);
  expect(existsSync(join(folder, '2fa.txt'))).toBe(false);
});

test.each([
  [['enroll', '--issuer', 'Acme'], "required option '--account <name>'"],
  [[...enroll, '--out', 'same', '--png', 'same'], 'two names'],
  [['enroll', '--issuer', 'A:b', '--account', 'u'], 'colon'],
])('wrong usage %j has status 2', async (args, words) => {
  const run = await tidelock(args, { folder: temporaryFolder() });
  expect(run).toMatchObject({ status: 2, output: '' });
  expect(run.errors).toContain(words);
});

test.runIf(requireTool('zbarimg'))('S04 S42 zbarimg reads the key out of the PNG', async () => {
  const folder = temporaryFolder();
  await tidelock(enroll, { folder });
  const read = spawnSync('zbarimg', ['--quiet', '--raw', 'totp_qr.png'], { cwd: folder, encoding: 'utf8' });
  const uri = KeyUri.parse(read.stdout.trim());
  expect(uri).toMatchObject({ type: 'totp', issuer: 'Acme', accountName: 'user@example.com' });
  expect(`${uri.secret.toBase32()}\n`).toBe(readFileSync(join(folder, '2fa.txt'), 'utf8'));
});
