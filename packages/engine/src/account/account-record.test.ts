import { expect, test } from 'vitest';
import { accountCodec, recordLengthMax } from './account-record.ts';
import { unknownAccount } from './account.ts';

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
