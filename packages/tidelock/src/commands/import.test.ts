import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportGoogleMigration, importFactors } from '@tidelock/import';
import { qrPng } from '@tidelock/otp/qr';
import { expect, test } from 'vitest';
import { temporaryFolder, tidelock } from '../../test-programs/run-command.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const uri = `otpauth://totp/Acme:alice?secret=${secret}&issuer=Acme`;

test('B07 an export is read, shown without its secrets, and written as URIs that only its owner can read', async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'uris.txt'),
    `${uri}\notpauth://totp/broken?secret=1\notpauth://hotp/Bank:bob?secret=${secret}&counter=7\n`,
  );
  const shown = await tidelock(['import', 'uris.txt'], { folder });
  expect(shown.status).toBe(1);
  expect(shown.output).toMatch(/Acme +alice +totp/);
  expect(shown.output).toContain('2 entries');
  expect(shown.errors).toContain('Left out: line 2');
  expect(shown.output + shown.errors).not.toContain(secret);
  const written = await tidelock(['import', 'uris.txt', '--out', 'out.txt'], { folder });
  expect(written.errors).toContain('delete out.txt');
  expect(readFileSync(join(folder, 'out.txt'), 'utf8')).toContain(uri);
  expect(statSync(join(folder, 'out.txt')).mode & 0o777).toBe(0o600);
  const again = await tidelock(['import', 'uris.txt', '--out', 'out.txt'], { folder });
  expect(again).toMatchObject({ status: 2, errors: expect.stringContaining('not overwritten') });
});

test('B07 a PNG of a migration QR code is read; --json has everything', async () => {
  const folder = temporaryFolder();
  const { entries } = await importFactors(uri);
  const [migration] = exportGoogleMigration(entries).uris;
  writeFileSync(join(folder, 'migration.png'), qrPng(migration!, { size: 400 }));
  const { status, output } = await tidelock(['import', 'migration.png', '--json'], { folder });
  expect(status).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    entries: [{ issuer: 'Acme', accountName: 'alice', secret, kind: 'totp' }],
    failures: [],
  });
});

test('what is no export is a clear error, and so is a file that is not there', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'letter.txt'), 'Dear Sir or Madam');
  expect(await tidelock(['import', 'letter.txt'], { folder })).toMatchObject({ status: 2, output: '' });
  expect(await tidelock(['import', 'nowhere.json'], { folder })).toMatchObject({
    status: 2,
    errors: expect.stringContaining('does not exist'),
  });
});
