import { describe, expect, it } from 'vitest';
import { importFactors } from '../import-factors.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const read = async (text: string) => {
  const { entries, failures } = await importFactors(text);
  return { entry: entries[0], count: entries.length, failures };
};

describe('lines of URIs', () => {
  it('comments and empty lines are passed over, lines that are no URI are told', async () => {
    const text = `# mine\n\n  otpauth://totp/a:b?secret=${secret}\r\nhello canary\nsteam://${secret}\n`;
    const { count, failures } = await read(text);
    expect(count).toBe(2);
    expect(failures).toMatchObject([{ place: 'line 4', code: 'import/not-a-uri' }]);
    expect(JSON.stringify(failures)).not.toContain('canary');
  });

  it.each([
    [`otpauth://steam/Steam:me?secret=${secret}&issuer=Steam`],
    [`otpauth://steam/Steam:me?secret=${secret}&issuer=Steam&algorithm=SHA1&digits=5&period=30`],
    [`otpauth://totp/Steam:me?secret=${secret}&issuer=Steam&encoder=steam&digits=5`],
    [`OTPAUTH://STEAM/Steam%3Ame?secret=${secret.toLowerCase()}`],
  ])('a Steam key is one in every form: %s', async (uri) => {
    const { entry, failures } = await read(uri);
    expect(failures).toEqual([]);
    expect(entry).toMatchObject({ kind: 'steam', issuer: 'Steam', accountName: 'me', digits: 5 });
    expect(entry?.secret.toBase32()).toBe(secret);
  });

  it('a Steam key with other parameters is refused', async () => {
    const uris = ['algorithm=SHA256', 'period=60'].map(
      (more) => `otpauth://steam/a?secret=${secret}&${more}`,
    );
    for (const uri of uris) {
      expect((await read(uri)).failures[0]?.code).toBe('import/unsupported-parameters');
    }
  });

  it('the codes of the parser of key URIs come through', async () => {
    const { failures } = await read(
      `otpauth://totp/a?secret=${secret}&algorithm=MD5\notpauth://totp/a\notpauth://yaotp/a?secret=${secret}`,
    );
    expect(failures.map(({ code }) => code)).toEqual([
      'otp/uri-invalid-algorithm',
      'otp/uri-invalid-secret',
      'otp/uri-unsupported',
    ]);
  });
});

describe('an entry of a password manager', () => {
  const item = (totp: unknown, name = 'Acme', username: string | null = 'bob') =>
    JSON.stringify({ encrypted: false, items: [{ name, login: { username, totp } }] });

  it('base32 alone takes the names from beside it', async () => {
    const { entry } = await read(item(' gezd gnbv gy3t qojq gezd gnbv gy3t qojq '));
    expect(entry).toMatchObject({ kind: 'totp', issuer: 'Acme', accountName: 'bob', digits: 6 });
    expect(entry?.warnings).toEqual(['default-assumed', 'secret-not-canonical']);
  });

  it('a URI without a name takes them too, and keeps its own parameters', async () => {
    for (const start of ['otpauth://totp/?', 'otpauth://totp?']) {
      const { entry } = await read(item(`${start}secret=${secret}&period=60`));
      expect(entry).toMatchObject({ issuer: 'Acme', accountName: 'bob', periodSeconds: 60 });
    }
  });

  it('its own names come first; what is missing is taken from beside', async () => {
    const { entry } = await read(item(`otpauth://totp/carol?secret=${secret}`));
    expect(entry).toMatchObject({ issuer: 'Acme', accountName: 'carol' });
    expect(entry?.warnings).toEqual([]);
  });

  it('steam://, a foreign scheme and a number', async () => {
    expect((await read(item(`steam://${secret}`))).entry).toMatchObject({ kind: 'steam', issuer: 'Acme' });
    expect((await read(item('https://canary'))).failures[0]?.code).toBe('import/not-a-uri');
    expect((await read(item(17))).failures[0]?.code).toBe('import/malformed');
    expect((await read(item(null))).count).toBe(0);
  });
});

it('FreeOTP+ counts the last counter that was used: the next one is read, and flagged', async () => {
  const token = {
    algo: 'SHA1',
    digits: 6,
    issuerExt: 'A',
    label: 'b',
    secret: [-1, 127, -128],
    type: 'HOTP',
  };
  const file = {
    tokenOrder: [],
    tokens: [
      { ...token, counter: 10_299 },
      { ...token, type: 'TOTP', issuerExt: 'Steam' },
    ],
  };
  const { entries } = await importFactors(JSON.stringify(file));
  expect(entries).toMatchObject([
    { counter: 10_300, warnings: ['counter-advanced', 'weak-secret'] },
    { kind: 'steam', warnings: ['steam-assumed', 'weak-secret'] },
  ]);
  expect(entries[0]?.secret.toHex()).toBe('ff7f80');
});

it('a CSV file whose quotes do not close is refused', async () => {
  const header = 'name,login_username,login_totp\n';
  for (const rest of ['"a', '"a"b,c', 'x'.padEnd(500, ',')]) {
    await expect(importFactors(header + rest)).rejects.toMatchObject({ code: 'import/malformed' });
  }
});

it('quotes, commas and line ends within a field of CSV belong to it', async () => {
  const rows = `name,"login_username",login_totp\r\n"a ""b"", c\nd",,MFRGGZDF\r\n,,\r\n,"x",MFRGGZDG`;
  const { entries } = await importFactors(rows);
  expect(entries.map(({ issuer, accountName }) => [issuer, accountName])).toEqual([
    ['a "b", c d', ''],
    [null, 'x'],
  ]);
});
