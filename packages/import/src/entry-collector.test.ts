import { OtpError } from '@tidelock/otp';
import { expect, it } from 'vitest';
import { EntryCollector } from './entry-collector.ts';

it('a mistake of ours is thrown and not told as a failure of the file', () => {
  const collector = new EntryCollector();
  const mistake = new TypeError('undefined is not a function');
  expect(() => collector.fail('entry 1', mistake)).toThrow(mistake);
  expect(() =>
    collector.add('entry 1', () => {
      throw mistake;
    }),
  ).toThrow(mistake);
  collector.fail('entry 2', new OtpError('otp/uri-malformed', 'no'));
  expect(collector.failures).toEqual([{ place: 'entry 2', code: 'otp/uri-malformed', message: 'no' }]);
});
