import { expect, test } from 'vitest';
import { readMailbox } from './mailbox.ts';
import { smtpChannel } from './smtp-channel.ts';
import { readSmtpUrl } from './smtp-url.ts';

test('a URL says host, port, TLS and credentials', () => {
  expect(readSmtpUrl('smtp://mail.example.com')).toEqual({
    host: 'mail.example.com',
    port: 587,
    isImplicitTls: false,
    user: null,
    password: null,
    isLoopback: false,
  });
  expect(readSmtpUrl('smtps://acme%40example.com:p%3A%2Fw@mail.example.com')).toMatchObject({
    port: 465,
    isImplicitTls: true,
    user: 'acme@example.com',
    password: 'p:/w',
  });
});

test.each([
  ['smtp://127.0.0.1:2525', true],
  ['smtp://127.8.9.1', true],
  ['smtp://[::1]:25', true],
  ['smtp://localhost', true],
  ['smtp://10.0.0.1', false],
  ['smtp://127.0.0.1.example.com', false],
  ['smtp://localhost.example.com', false],
])('%s: this machine or not', (url, isLoopback) => {
  expect(readSmtpUrl(url)).toMatchObject({ isLoopback });
});

test.each([
  '',
  'mail.example.com',
  'http://mail.example.com',
  'smtp://',
  'smtp://mail.example.com/path',
  'smtp://mail.example.com?tls=no',
  'smtp://mail.example.com:99999',
  'smtp://secretuser@mail.example.com',
  'smtp://:secretpassword@mail.example.com',
  'smtp://%zz:secretpassword@mail.example.com',
])('C16 %j is refused, and the message repeats nothing of it', (url) => {
  expect(() => readSmtpUrl(url)).toThrow(RangeError);
  expect(() => readSmtpUrl(url)).not.toThrow(/secret/);
});

test('a mailbox is an address, with a name or without', () => {
  expect(readMailbox('no-reply@Acme.example')).toEqual({ name: null, address: 'no-reply@acme.example' });
  expect(readMailbox('Acme & Söhne <no-reply@acme.example>')).toEqual({
    name: 'Acme & Söhne',
    address: 'no-reply@acme.example',
  });
  for (const wrong of [
    '',
    'Acme',
    'Acme <>',
    'Acme\r\nBcc: <eve@example.com>',
    'A "x" <a@example.com>',
    '<a@example.com> b',
    'a@example.com, b@example.com',
    `${'x'.repeat(65)} <a@example.com>`,
  ])
    expect(() => readMailbox(wrong), wrong).toThrow(RangeError);
});

test('TLS cannot be left out but for this machine; wrong options are errors', () => {
  const from = 'no-reply@acme.example';
  const url = 'smtp://mail.example.com';
  expect(() => smtpChannel({ url, from, requireTls: false })).toThrow(RangeError);
  expect(() => smtpChannel({ url, from, helpUrl: 'http://acme.example/help' })).toThrow(RangeError);
  expect(() => smtpChannel({ url, from, helpUrl: 'javascript:alert(1)' })).toThrow(RangeError);
  expect(() => smtpChannel({ url, from, retries: 3 } as never)).toThrow(TypeError);
});
