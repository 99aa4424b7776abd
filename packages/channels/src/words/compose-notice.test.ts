import { noticeKinds, type Notice } from '@tidelock/engine';
import { describe, expect, test } from 'vitest';
import { composeNotice } from './compose-notice.ts';

const at = 1_767_225_600;
const full: Omit<Notice, 'kind'> = {
  at,
  label: 'my phone',
  actor: 'Carol',
  note: 'phone lost',
  codesLeft: 2,
  until: at + 3600,
};
const compose = (notice: Notice, locale = 'en', helpUrl: string | null = null) =>
  composeNotice({ notice, locale, issuer: 'Acme' }, helpUrl);

describe.each(['en', 'de'])('in %s', (locale) => {
  test.each(noticeKinds)('LIFE-04 %s says what happened, when, and what to do if it was not you', (kind) => {
    for (const notice of [
      { kind, ...full },
      { kind, at },
    ]) {
      const { subject, text, html } = compose(notice, locale);
      expect(subject).toMatch(/^Acme: .{10,}/);
      for (const words of locale === 'en'
        ? ['When: January 1, 2026', 'UTC', 'If this was not you: ']
        : ['Zeitpunkt: 1. Januar 2026', 'UTC', 'Wenn Sie das nicht waren: ']) {
        expect(text).toContain(words);
        expect(html).toContain(words);
      }
      expect(html).toContain(`<html lang="${locale}">`);
      expect(text + html).not.toMatch(/undefined|null|NaN|\[object|https?:|<a /);
    }
  });
});

test('the two languages say different things', () => {
  for (const kind of noticeKinds)
    expect(compose({ kind, ...full }).subject).not.toBe(compose({ kind, ...full }, 'de').subject);
});

test('a language that is not here is English; a country has its own form of an instant', () => {
  const notice = { kind: 'locked', at, until: at + 60 } as const;
  expect(compose(notice, 'fr').text).toBe(compose(notice, 'en').text);
  expect(compose(notice, 'en-GB').text).toContain('1 January 2026 at 00:01 UTC');
  expect(compose(notice, 'de-AT').text).toContain('Jänner 2026');
});

test('F4 an administrator is named, with the reason', () => {
  const { text } = compose({ kind: 'reset-begun', ...full });
  expect(text).toContain('by Carol (reason given: “phone lost”)');
  expect(text).toContain('Nothing is removed before January 1, 2026 at 1:00 AM UTC');
});

test('the only link is the one that the operator configured', () => {
  const helpUrl = 'https://acme.example/help?a=1&b="2"';
  const { text, html } = compose({ kind: 'wrong-code', at }, 'en', helpUrl);
  expect(text.match(/https?:\/\/\S+/g)).toEqual([helpUrl]);
  expect(html.match(/href="[^"]*"/g)).toEqual(['href="https://acme.example/help?a=1&amp;b=&quot;2&quot;"']);
});

test('C15 what people typed becomes neither markup nor a link', () => {
  const evil = '<a href="https://evil.example">click</a> www.evil.example eve@evil.example\r\nBcc: x';
  const notice = { kind: 'reset-begun', at, until: at, actor: evil, note: evil, label: evil } as const;
  const { subject, text, html } = composeNotice({ notice, locale: 'en', issuer: evil }, null);
  expect(html).not.toMatch(/<a /);
  expect(subject + text + html).not.toMatch(/https?:\/\/|www\.e|evil\.example|eve@e/);
  expect(subject).not.toMatch(/[\r\n]/);
});
