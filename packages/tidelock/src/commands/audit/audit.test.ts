import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Totp } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { openService } from '../../service/open-service.ts';
import { temporaryFolder, tidelock } from '../../../test-programs/run-command.ts';

/** A store with two people in it, that nobody has open any more. */
async function usedStore(): Promise<string> {
  const folder = temporaryFolder();
  const service = await openService({ environment: {}, folder });
  const engine = service.tidelock;
  const { factor, secret } = await engine.totp.enroll('alice');
  await engine.activate('alice', { factorId: factor.id, code: new Totp(secret).generate() });
  for (const account of ['alice', 'zoë 🔐']) await engine.verify(account, { code: 'wrong' });
  await service.close();
  return folder;
}

test('B09 LOG-05 an exported log verifies without the store, and one that was altered does not', async () => {
  const folder = await usedStore();
  const file = join(folder, 'audit.jsonl');
  const made = await tidelock(['audit', 'export', '--out', file, '--json'], { folder });
  expect(made.status).toBe(0);
  expect(JSON.parse(made.output)).toMatchObject({ file, events: expect.any(Number) });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await tidelock(['audit', 'export', '--out', file], { folder });
  expect(again).toMatchObject({ status: 2, errors: expect.stringContaining('is there already') });
  rmSync(join(folder, 'data', 'tidelock.db'));
  const verified = await tidelock(['audit', 'verify', file], { folder });
  expect(verified).toMatchObject({ status: 0, output: expect.stringContaining('is as it was exported at') });
  const text = readFileSync(file, 'utf8');
  const altered = join(folder, 'altered.jsonl');
  writeFileSync(altered, text.replace('"reason":"malformed"', '"reason":"wrong"'));
  const found = await tidelock(['audit', 'verify', altered], { folder });
  expect(found.status).toBe(1);
  expect(found.output).toMatch(
    /line \d+, account "alice" of tenant "default", event \d+: This event says something else/,
  );
  expect(found.output).toContain('The file is not as it was exported.');
  const json = JSON.parse(
    (await tidelock(['audit', 'verify', altered, '--json'], { folder })).output,
  ) as object;
  expect(json).toMatchObject({ outcome: 'altered', signature: 'wrong', findings: [{ account: 'alice' }] });
});

test('LOG-05 a file that was cut off, grew, or is no text is not verified', async () => {
  const folder = await usedStore();
  const file = join(folder, 'audit.jsonl');
  await tidelock(['audit', 'export', '--out', file], { folder });
  const whole = readFileSync(file);
  for (const bytes of [
    whole.subarray(0, -1),
    whole.subarray(0, whole.length / 2),
    Buffer.concat([whole, Buffer.from('\n')]),
    Buffer.concat([Buffer.from('\ufeff'), whole]),
    Buffer.concat([Buffer.alloc(300_000, 'x'), whole]),
    Buffer.from([0xff, 0xfe, 0x0a]),
    Buffer.alloc(0),
  ]) {
    writeFileSync(file, bytes);
    expect((await tidelock(['audit', 'verify', file], { folder })).status).toBe(1);
  }
});

test('LOG-05 a newer export goes on from an older one, and not the other way round', async () => {
  const folder = await usedStore();
  const [older, newer] = ['older', 'newer'].map((name) => join(folder, `${name}.jsonl`)) as [string, string];
  await tidelock(['audit', 'export', '--out', older], { folder });
  await tidelock(['account', 'unlock', 'alice', '--reason', 'x'], { folder });
  await tidelock(['audit', 'export', '--out', newer], { folder });
  expect((await tidelock(['audit', 'verify', newer, '--continues', older], { folder })).status).toBe(0);
  const turned = await tidelock(['audit', 'verify', older, '--continues', newer], { folder });
  expect(turned).toMatchObject({
    status: 1,
    output: expect.stringContaining('in the older file, and not in this one'),
  });
  appendFileSync(older, 'x\n');
  const unclear = await tidelock(['audit', 'verify', newer, '--continues', older], { folder });
  expect(unclear).toMatchObject({
    status: 1,
    output: expect.stringContaining('older.jsonl is not verified'),
  });
});

test('one account is exported to standard output, and wrong usage and missing keys have their status', async () => {
  const folder = await usedStore();
  const { output } = await tidelock(['audit', 'export', '--account', 'zoë 🔐'], { folder });
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  expect(lines.map(({ type }) => type)).toEqual(['tidelock-audit', 'account', 'event', 'head']);
  expect(lines[2]).toMatchObject({ account: 'zoë 🔐', sequence: 1, body: { kind: 'verification-rejected' } });
  const file = join(folder, 'one.jsonl');
  writeFileSync(file, output);
  expect((await tidelock(['audit', 'verify', file], { folder })).status).toBe(0);
  expect((await tidelock(['audit', 'verify', join(folder, 'none')], { folder })).status).toBe(2);
  expect((await tidelock(['audit', 'verify'], { folder })).status).toBe(2);
  expect((await tidelock(['audit', 'export', '--tenant', 'Not One'], { folder })).status).toBe(2);
  expect((await tidelock(['audit', 'verify', file], { folder: temporaryFolder() })).status).toBe(3);
  const environment = { TIDELOCK_KEYS: 'other:NTQ1NDU0NTQ1NDU0NTQ1NDU0NTQ1NDU0NTQ1NDU0NTU=' };
  const other = await tidelock(['audit', 'verify', file], { folder: temporaryFolder(), environment });
  expect(other).toMatchObject({ status: 3, errors: expect.stringContaining('sealed by') });
});

test('LOG-10 old events are pruned, and what is wrong is wrong usage', async () => {
  const folder = await usedStore();
  const kept = await tidelock(['audit', 'prune', '--keep-days', '1', '--json'], { folder });
  expect(JSON.parse(kept.output)).toMatchObject({ accounts: 0, events: 0, broken: 0 });
  const now = new Date().toISOString();
  const pruned = await tidelock(['audit', 'prune', '--before', now], { folder });
  expect(pruned).toMatchObject({
    status: 0,
    output: expect.stringMatching(/^\d events of 1 accounts from before/),
  });
  const file = join(folder, 'audit.jsonl');
  await tidelock(['audit', 'export', '--out', file], { folder });
  expect((await tidelock(['audit', 'verify', file], { folder })).status).toBe(0);
  for (const wrong of [
    [],
    ['--keep-days', '0'],
    ['--keep-days', '1', '--before', now],
    ['--before', 'yesterday'],
    ['--before', '2999-01-01T00:00:00Z'],
  ])
    expect((await tidelock(['audit', 'prune', ...wrong], { folder })).status).toBe(2);
});
