import { expect, test } from 'vitest';
import { maskEmail, normaliseEmail, sameEmail, sameMailbox } from './email-address.ts';

const long = 'a'.repeat(64);
const label = 'b'.repeat(63);
const form =
  'An e-mail address has the form "name@example.com", in ASCII; other domains are written as "xn--…".';
const tooLong = 'An e-mail address has at most 254 characters, 64 of them before its "@".';

test('E2 an address is kept with its domain in lower case and its name as it came', () => {
  for (const [email, kept] of [
    ['Alice@Example.COM', 'Alice@example.com'],
    ['a.b+c@x.y.example', 'a.b+c@x.y.example'],
    ['a@b.c', 'a@b.c'],
    [`a@${label}.example`, `a@${label}.example`],
    [`${long}@example.com`, `${long}@example.com`],
    ['a@1.2.3.4x', 'a@1.2.3.4x'],
    ['a@example.7z', 'a@example.7z'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
  ])
    expect(normaliseEmail(email!), email).toBe(kept);
});

test('E2 C15 what is no address is refused by its form or its length, and never repeated', () => {
  const none = [
    '',
    'a',
    '@example.com',
    'a@',
    'a@example',
    'a b@example.com',
    'a..b@example.com',
    '.a@example.com',
  ];
  const domains = [
    'a@-b.com',
    'a@b-.com',
    'a@b.com-',
    'a@b..com',
    'a@1.2.3.4',
    'a@b.12',
    'a@b.7',
    `a@${label}b.com`,
  ];
  const breaks = [
    'a@b.com\n',
    'a\n@b.com',
    'a@b.com,c@d.com',
    'a@b@c.com',
    '"a"@b.com',
    'ä@b.com',
    'a@bü.com',
    'a.@b.com',
  ];
  for (const email of [...none, ...domains, ...breaks])
    expect(() => normaliseEmail(email), email).toThrowError(new RangeError(form));
  const domain = `${`${label}.`.repeat(2)}${'c'.repeat(57)}.de`;
  expect(`${long}@${domain}`).toHaveLength(253);
  expect(normaliseEmail(`${long}@${domain}f`)).toHaveLength(254);
  expect(() => normaliseEmail(`${long}@${domain}fg`)).toThrowError(new RangeError(tooLong));
  expect(() => normaliseEmail(`${long}a@example.com`)).toThrowError(new RangeError(tooLong));
  for (const email of [5, null, ['a@example.com']])
    expect(() => normaliseEmail(email as never)).toThrowError(
      new TypeError('An e-mail address is a string.'),
    );
});

test('C10 a mailbox is the same in any case and with anything behind a plus', () => {
  expect(sameEmail('A@example.com', 'a@EXAMPLE.com')).toBe(true);
  expect(sameEmail('a+b@example.com', 'a@example.com')).toBe(false);
  expect(sameMailbox('a+bcd@example.com', 'A@example.com')).toBe(true);
  expect(sameMailbox('a+@example.com', 'a+b+c@example.com')).toBe(true);
  expect(sameMailbox('a@example.com', 'b@example.com')).toBe(false);
  expect(sameMailbox('a+x@example.com', 'a+x@example.org')).toBe(false);
  expect(sameMailbox('a+x@bcd.com', 'a@cd.com')).toBe(false);
  expect(sameMailbox('a+x@b.com', 'ab.com')).toBe(false);
});

test('an address is shown by its first letters and its end alone', () => {
  expect(maskEmail('alice@example.co.uk')).toBe('a•••@e•••.uk');
});
