import { expect, test } from 'vitest';
import { accountCodec, recordLengthMax } from './account-record.ts';
import { plainHotp, plainTotp } from '../testing/plain-context.ts';
import { unknownAccount } from './account.ts';
import { noDrift } from './drift.ts';
import { completeFactor, type Factor } from './factor.ts';

test('a record comes back as it was written, and no record is the unknown account', () => {
  const account = { ...unknownAccount, eventCount: 7, eventLink: 'link' };
  expect(accountCodec.decode(accountCodec.encode(account))).toEqual(account);
  expect(accountCodec.decode(null)).toEqual(unknownAccount);
});

test('a record of format 1 that was written before a member came to it is read, for ever', () => {
  const old =
    '{"format":1,"factors":[],"throttle":{"failures":2,"lockedUntil":0,"refusalLogged":false},"eventCount":2}';
  expect(accountCodec.decode(old)).toEqual({
    ...unknownAccount,
    throttle: { failures: 2, lockedUntil: 0, refusalLogged: false },
    eventCount: 2,
  });
});

test('a factor that was written before its drift was kept is read with a clock that is right; it replaces none', () => {
  const old =
    '{"format":1,"factors":[{"id":"fct_1","kind":"totp","lastStep":7},{"id":"fct_2","kind":"hotp"}]}';
  const blank = { replaces: null, confirmedByMail: false };
  expect(accountCodec.decode(old).factors).toEqual([
    { id: 'fct_1', kind: 'totp', lastStep: 7, drift: { mean: 0, resynced: 0 }, typedAhead: null, ...blank },
    { id: 'fct_2', kind: 'hotp', ...blank },
  ]);
});

test('CRYP-05 a record of a newer format, or of none, is a fault and no blank account', () => {
  for (const text of [
    '{"format":2}',
    '{}',
    'null',
    '[]',
    '"x"',
    '{',
    '',
    '{"format":"1"}',
    '{"format":"constructor"}',
  ]) {
    expect(() => accountCodec.decode(text), text).toThrowError(
      expect.objectContaining({ code: 'engine/record-unreadable' }),
    );
  }
});

test('a record that grew too large is refused before it is written', () => {
  const account = { ...unknownAccount, eventLink: 'x'.repeat(recordLengthMax) };
  expect(() => accountCodec.encode(account)).toThrowError(
    expect.objectContaining({ code: 'engine/record-too-large' }),
  );
});

test('each refusal of a record says what was wrong with it, and holds nothing of it', () => {
  const refused = (text: string, detail: string) =>
    expect(() => accountCodec.decode(text), text).toThrowError(detail);
  refused('{"format":2}', 'It has the format 2; a newer version of Tidelock may read it.');
  refused('{', 'It is not JSON.');
  for (const text of ['{}', 'null', '7', '"x"', '{"format":"1"}']) refused(text, 'It carries no format.');
  try {
    accountCodec.decode('{');
  } catch (fault) {
    expect((fault as Error).cause).toBeInstanceOf(SyntaxError);
  }
  const account = { ...unknownAccount, eventLink: 'x'.repeat(recordLengthMax) };
  expect(() => accountCodec.encode(account)).toThrowError('It may have 32768 characters.');
});

test('a record has what is not blank, and what the log and its readers look for; nothing else is written', () => {
  expect(JSON.parse(accountCodec.encode(unknownAccount))).toEqual({
    format: 1,
    factors: [],
    eventCount: 0,
    eventLink: '',
  });
  const account = { ...unknownAccount, factors: [plainTotp()], strongFailures: 3, sends: [], proofs: [] };
  const text = accountCodec.encode(account);
  const { factors, eventCount, eventLink } = account;
  expect(JSON.parse(text)).toEqual({ format: 1, factors, eventCount, eventLink, strongFailures: 3 });
  expect(accountCodec.decode(text)).toEqual(account);
  const newer = { ...account, later: [], more: null };
  expect(JSON.parse(accountCodec.encode(newer))).toMatchObject({ later: [], more: null });
});

test('a record may be as long as the limit, and no longer', () => {
  const { length } = accountCodec.encode(unknownAccount);
  const filled = (by: number) => ({
    ...unknownAccount,
    eventLink: 'x'.repeat(recordLengthMax - length + by),
  });
  expect(accountCodec.encode(filled(0))).toHaveLength(recordLengthMax);
  expect(() => accountCodec.encode(filled(1))).toThrowError(
    expect.objectContaining({ code: 'engine/record-too-large' }),
  );
});

test('a factor that lacks nothing stays the same object, and a record without factors has none', () => {
  const { drift, typedAhead, ...driftless } = plainTotp();
  expect([drift, typedAhead]).toEqual([noDrift, null]);
  const { replaces, confirmedByMail, ...token } = plainHotp();
  expect([replaces, confirmedByMail]).toEqual([null, false]);
  for (const whole of [
    plainTotp({ replaces: 'fct_z', confirmedByMail: true }),
    plainHotp({ replaces: 'fct_z' }),
  ])
    expect(completeFactor(whole)).toBe(whole);
  const replacing = { ...driftless, replaces: 'fct_z', confirmedByMail: true };
  expect(completeFactor(replacing as Factor)).toEqual({ ...replacing, drift: noDrift, typedAhead: null });
  expect(completeFactor(token as Factor)).toEqual(plainHotp());
  expect(accountCodec.decode('{"format":1}')).toEqual(unknownAccount);
});
