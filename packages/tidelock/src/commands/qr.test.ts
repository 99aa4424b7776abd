import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KeyUri } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { hasTerminal, onTerminal } from '../../test-programs/on-terminal.ts';
import { requireTool } from '../../test-programs/require-tool.ts';
import { gather, temporaryFolder, tidelock } from '../../test-programs/run-command.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const uri = `otpauth://totp/Acme:user%40example.com?secret=${secret}&issuer=Acme`;

test('S03 a URI with issuer and account, for a secret that is given or a new one', async () => {
  const given = await tidelock(
    [...['uri', '--issuer', 'Acme', '--account', 'user@example.com', '--secret', '-']],
    { input: secret },
  );
  expect(given).toEqual({ status: 0, output: `${uri}\n`, errors: '' });
  const fresh = await tidelock(['uri', '--issuer', 'Acme', '--account', 'u', '--json']);
  const json = JSON.parse(fresh.output) as { uri: string; secret: string };
  expect(KeyUri.parse(json.uri).secret.toBase32()).toBe(json.secret);
  expect(json.secret).toHaveLength(32);
});

test('S36 a URI can carry algorithm, digits and period spelled out', async () => {
  const run = await tidelock([
    ...['uri', '--issuer', 'Acme', '--account', 'u', '--secret', secret, '--spell-out'],
    ...['--algorithm', 'SHA256', '--digits', '8', '--period', '60'],
  ]);
  expect(run.output).toContain('&algorithm=SHA256&digits=8&period=60');
});

test('S04 in the terminal, as PNG and as SVG; a file is private and never overwritten', async () => {
  const folder = temporaryFolder();
  const drawn = await tidelock(['qr', uri], { folder });
  expect(drawn.output).toContain('█▀▀▀▀▀█');
  expect(drawn.output).not.toContain('\u001b');
  for (const [option, name, begin] of [
    ['--png', 'a.png', '\u0089PNG'],
    ['--svg', 'a.svg', '<svg'],
  ] as const) {
    const run = await tidelock(['qr', '-', option, name], { folder, input: `${uri}\n` });
    expect(run).toMatchObject({ status: 0, output: `The QR code is in ${name}.\n` });
    expect(run.errors).toContain('delete');
    expect(readFileSync(join(folder, name), 'latin1').startsWith(begin)).toBe(true);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect((await tidelock(['qr', uri, option, name], { folder })).status).toBe(2);
  }
  const json = await tidelock(['qr', uri, '--json']);
  expect(JSON.parse(json.output)).toMatchObject({ png: expect.stringMatching(/^data:image\/png;base64,/) });
});

test.runIf(hasTerminal)('colours are there on a terminal, and not with NO_COLOR', async () => {
  const [coloured, plain] = await Promise.all([
    gather(onTerminal(`qr '${uri}'`)),
    gather(onTerminal(`qr '${uri}'`, { NO_COLOR: '1' })),
  ]);
  expect(coloured.output).toContain('\u001b[');
  expect(plain.output).toContain('█');
  expect(plain.output).not.toContain('\u001b[');
});

test.runIf(requireTool('zbarimg'))('S04 zbarimg reads the URI out of the PNG', async () => {
  const folder = temporaryFolder();
  await tidelock(['qr', uri, '--png', 'a.png'], { folder });
  const read = spawnSync('zbarimg', ['--quiet', '--raw', 'a.png'], { cwd: folder, encoding: 'utf8' });
  expect(read.stdout.trim()).toBe(uri);
});

test.each([
  [['qr', 'https://example.com'], 'otpauth://'],
  [['qr', uri, '--png', 'a', '--svg', 'b'], 'call it twice'],
  [['uri', '--issuer', 'Acme', '--account', 'u', '--secret', 'Muhammad'], 'too few to issue'],
])('wrong usage %j has status 2', async (args, words) => {
  const run = await tidelock(args);
  expect(run).toMatchObject({ status: 2, output: '' });
  expect(run.errors).toContain(words);
});
