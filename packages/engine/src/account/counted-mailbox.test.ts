import { expect, test } from 'vitest';
import { countedMailbox } from './counted-mailbox.ts';

test('E2 every spelling of a mailbox is one bucket', () => {
  const spellings = [
    'alice.smith@gmail.com',
    'Alice.Smith@GMAIL.com',
    'alicesmith@gmail.com',
    'a.l.i.c.e.s.m.i.t.h@gmail.com',
    'alicesmith+news@gmail.com',
    'alice.smith+a+b@googlemail.com',
  ];
  expect(new Set(spellings.map(countedMailbox))).toEqual(new Set(['alicesmith@gmail.com']));
});

test('E2 mailboxes of two people or two servers are two', () => {
  const others = ['alice@example.com', 'alice@example.org', 'bob@example.com', 'alice@mail.example.com'];
  expect(new Set(others.map(countedMailbox)).size).toBe(4);
});
