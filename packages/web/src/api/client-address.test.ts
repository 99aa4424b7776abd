import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

const from = (
  remoteAddress: string | null,
  headers: Readonly<Record<string, string>> = {},
  trustProxy = false,
): string | null =>
  clientAddress(
    new Request('http://localhost:3000/', { headers }),
    remoteAddress === null ? undefined : { remoteAddress },
    trustProxy,
  );

test('B3 without a proxy of ours no header says where a request comes from', () => {
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip'])
    expect(from('192.0.2.1', { [name]: '198.51.100.7' })).toBe('192.0.2.1');
});

test('B3 behind one the last entry counts, which the proxy has added: what the client sends before it changes nothing', () => {
  const behind = (header: string) => from('10.0.0.2', { 'x-forwarded-for': header }, true);
  expect(behind('192.0.2.1')).toBe('192.0.2.1');
  for (let round = 0; round < 100; round += 1) expect(behind(`10.9.8.${round}, 192.0.2.1`)).toBe('192.0.2.1');
  expect(behind('"><script>, , 192.0.2.1 ')).toBe('192.0.2.1');
  const several = new Headers([
    ['x-forwarded-for', '203.0.113.9'],
    ['x-forwarded-for', '192.0.2.1'],
  ]);
  expect(
    clientAddress(new Request('http://a/', { headers: several }), { remoteAddress: '10.0.0.2' }, true),
  ).toBe('192.0.2.1');
});

test.each(['', 'unknown', '192.0.2.1, unknown', '192.0.2.1,', '999.1.1.1', '192.0.2.1x', '_hidden'])(
  'B3 "%s" is no address of a client, and counts as the proxy’s',
  (header) => {
    expect(from('10.0.0.2', { 'x-forwarded-for': header }, true)).toBe('10.0.0.2');
  },
);

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:49152', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['2001:db8:0:1:aaaa:bbbb:cccc:dddd', '2001:db8:0:1::/64'],
  ['2001:DB8:0:1::1', '2001:db8:0:1::/64'],
  ['[2001:db8:0:1::2]:443', '2001:db8:0:1::/64'],
  ['2001:0db8:0000:0001:0000:0000:0000:0003', '2001:db8:0:1::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s is counted as %s', (address, expected) => {
  expect(from(address)).toBe(expected);
  expect(from('10.0.0.2', { 'x-forwarded-for': address }, true)).toBe(expected);
});

test('nobody knows where a request comes from that no connection brought', () => {
  expect(from(null)).toBeNull();
  expect(from('a socket')).toBeNull();
});
