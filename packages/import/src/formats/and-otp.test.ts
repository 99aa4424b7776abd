import { expect, it } from 'vitest';
import { importFactors } from '../import-factors.ts';
import { hotpFactor, plainly, rfc6238Factors, steamFactor } from '../testing/sample-factors.ts';
import { sealAndOtp, sealOldAndOtp, writeAndOtp } from '../testing/write-exports.ts';

const all = [...rfc6238Factors, hotpFactor, steamFactor];
const password = 'pässword';

it('F5: the test vector of John the Ripper for backups before 0.6.3 opens, and is an empty list', async () => {
  // $andotp$0*nonce*ciphertext*tag of andotp_fmt_plug.c in openwall/john, password 1234.
  const data = Buffer.from('0fb35cdb85dc40cd30bb4a0a2fa075e3406c9f3b6f534286ea892a6adcde', 'hex');
  const result = await importFactors(data, { password: '1234', format: 'andotp' });
  expect(result).toEqual({ format: 'andotp', entries: [], failures: [] });
  const wrong = importFactors(data, { password: '1235', format: 'andotp' });
  await expect(wrong).rejects.toMatchObject({ code: 'import/wrong-password' });
});

it('F5: an older backup is read when its format is given', async () => {
  const data = sealOldAndOtp(writeAndOtp(all), { password });
  const { entries } = await importFactors(data, { password, format: 'andotp' });
  expect(entries.map(plainly)).toEqual(all.map(plainly));
});

it('padding of secrets is what this app writes, and no warning', async () => {
  const { entries } = await importFactors(writeAndOtp([{ ...hotpFactor, issuer: 'a' }]));
  expect(entries[0]?.warnings).toEqual([]);
});

it('where there is no issuer it stands in the label, before a dash', async () => {
  const secret = hotpFactor.secret.toBase32();
  const file = JSON.stringify([
    { secret, label: 'Acme - bob - home', type: 'TOTP' },
    { secret, label: 'bob', type: 'TOTP' },
  ]);
  const { entries } = await importFactors(file);
  expect(entries.map(({ issuer, accountName }) => [issuer, accountName])).toEqual([
    ['Acme', 'bob - home'],
    [null, 'bob'],
  ]);
});

it('a million rounds and one are refused before a round is done', async () => {
  const data = sealAndOtp('[]', { password });
  data.writeUInt32BE(1_000_001);
  const started = performance.now();
  await expect(importFactors(data, { password, format: 'andotp' })).rejects.toMatchObject({
    code: 'import/wrong-password',
  });
  expect(performance.now() - started).toBeLessThan(500);
});
