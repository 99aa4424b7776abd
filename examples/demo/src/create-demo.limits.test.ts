import type { RateLimiter } from '@tidelock/engine';
import { memoryLimiter } from '@tidelock/limits';
import { describe, expect, test } from 'vitest';
import { openDemoWorld, type DemoWorld } from './testing/demo-world.ts';

const down: RateLimiter = {
  spend: () => Promise.reject(new Error('down')),
  giveBack: () => Promise.reject(new Error('down')),
  close: async () => undefined,
};

/** Wrong passwords, until the page says something else than that they are wrong. */
async function guess(world: DemoWorld, tries: number, name = 'Alice', address = '192.0.2.1') {
  const browser = world.browser();
  browser.address = address;
  const statuses: number[] = [];
  for (let time = 0; time < tries; time += 1)
    statuses.push((await browser.signIn(name, `wrong ${time}`)).status);
  return { statuses, page: browser.page! };
}

describe('attempts of strangers', () => {
  test('B3 wrong passwords of one address end after thirty, in plain words and with Retry-After', async () => {
    const world = openDemoWorld({ limiter: memoryLimiter() });
    await world.browser().register('Alice');
    const { statuses, page } = await guess(world, 35);
    expect(statuses.filter((status) => status === 403)).toHaveLength(30);
    expect(statuses.slice(30)).toEqual(Array(5).fill(429));
    expect(page.html).toContain('Wait 10 minutes');
    const wait = Number(page.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(500);
    expect(wait).toBeLessThanOrEqual(600);
    expect(world.faults).toEqual([]);
    // The right password too: whoever guesses learns nothing by it.
    const guesser = world.browser();
    guesser.address = '192.0.2.1';
    expect((await guesser.signIn('Alice')).status).toBe(429);
    // And nobody is locked out by a stranger: the owner signs in from elsewhere (B11).
    expect((await world.browser().signIn('Alice')).status).toBe(200);
  });

  test('E3 an unknown name is counted as a known one', async () => {
    const world = openDemoWorld({ limiter: memoryLimiter() });
    expect((await guess(world, 31, 'Nobody')).statuses.at(-1)).toBe(429);
  });

  test('B3 headers that a client sends give it no new attempts; IPv6 is one by its first half', async () => {
    const world = openDemoWorld({ limiter: memoryLimiter() });
    const statuses: number[] = [];
    for (let time = 0; time < 40; time += 1) {
      const browser = world.browser();
      browser.address = `2001:db8:0:7::${time.toString(16)}`;
      await browser.get('/login');
      const headers = { 'x-forwarded-for': `10.0.0.${time}`, forwarded: `for=10.0.0.${time}` };
      const fields = { name: 'Alice', password: 'wrong' };
      statuses.push((await browser.post('/login', fields, { headers })).status);
    }
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  });

  test('B3 behind a proxy of ours the last of X-Forwarded-For counts', async () => {
    const world = openDemoWorld({ limiter: memoryLimiter(), trustProxy: true });
    const from = async (last: string, spoofed: number) => {
      const browser = world.browser();
      browser.address = '10.0.0.2';
      await browser.get('/login');
      const headers = { 'x-forwarded-for': `10.9.9.${spoofed}, ${last}` };
      return (await browser.post('/login', { name: 'Alice', password: 'wrong' }, { headers })).status;
    };
    for (let time = 0; time < 30; time += 1) expect(await from('192.0.2.1', time)).toBe(403);
    expect(await from('192.0.2.1', 99)).toBe(429);
    expect(await from('192.0.2.2', 0)).toBe(403);
  });

  test('right passwords do not count: an office behind one address signs in', async () => {
    const world = openDemoWorld({ limiter: memoryLimiter() });
    await world.browser().register('Alice');
    for (let time = 0; time < 40; time += 1) expect((await world.browser().signIn('Alice')).status).toBe(200);
  });

  test('one address registers twenty accounts in an hour', async () => {
    const world = openDemoWorld({ limiter: memoryLimiter() });
    const statuses: number[] = [];
    for (let time = 0; time < 22; time += 1)
      statuses.push((await world.browser().register(`user${time}`)).status);
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(200));
    expect(statuses.slice(20)).toEqual([429, 429]);
  });

  test('B3 codes from ever new addresses: the cap of the account is what it was', async () => {
    const world = openDemoWorld({ limiter: memoryLimiter() });
    const alice = await world.enroll('Alice');
    const pending = world.browser();
    await pending.signIn('Alice');
    for (let time = 0; time < 40; time += 1) {
      pending.address = `198.51.100.${time}`;
      await pending.get('/two-factor/challenge');
      await pending.post('/two-factor/challenge', { code: '000000' });
    }
    const judged = (await world.events('Alice')).filter(({ kind }) => kind === 'verification-rejected');
    expect(judged.length).toBeLessThanOrEqual(5);
    expect((await world.tidelock.account(alice.account)).status).toBe('locked');
  });
});

describe('E4 where the limiter is down', () => {
  test('nobody signs in or registers, and the page says so', async () => {
    const world = openDemoWorld({ limiter: down });
    const signIn = await world.browser().signIn('Alice');
    expect([signIn.status, signIn.headers.get('retry-after')]).toEqual([503, '5']);
    expect(signIn.html).toContain('Wait a few seconds');
    const register = await world.browser().register('Bob');
    expect(register.status).toBe(503);
    expect(world.demo.users.findByKey('bob')).toBeNull();
  });

  test('nobody is mailed a code of a recovery; the link of a mail still stops one', async () => {
    let isDown = false;
    const inner = memoryLimiter();
    const limiter: RateLimiter = {
      ...inner,
      spend: (...asked) => (isDown ? down.spend(...asked) : inner.spend(...asked)),
    };
    const notices = { channel: 'email', publicUrl: 'http://localhost:3000/two-factor' };
    const world = openDemoWorld({ limiter, notices });
    await world.enroll('Alice', 'alice@example.com');
    const pending = world.browser();
    await pending.signIn('Alice');
    isDown = true;
    await pending.get('/two-factor/recovery');
    const refused = await pending.post('/two-factor/recovery/begin');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await world.events('Alice')).some(({ kind }) => kind === 'code-sent')).toBe(false);
    const reader = world.browser();
    await reader.get('/two-factor/recovery/not-me?account=a&token=b');
    expect((await reader.post('/two-factor/recovery/not-me', { account: 'a', token: 'b' })).status).toBe(403);
    isDown = false;
    const statuses: number[] = [];
    for (let time = 0; time < 31; time += 1) {
      await reader.get('/two-factor/recovery/not-me?account=a&token=b');
      statuses.push((await reader.post('/two-factor/recovery/not-me', { account: 'a', token: 'b' })).status);
    }
    expect([statuses[29], statuses[30]]).toEqual([403, 429]);
  });

  test('B10 codes are verified as before, and guesses are capped as before', async () => {
    let isDown = false;
    const inner = memoryLimiter();
    const limiter: RateLimiter = {
      ...inner,
      spend: (...asked) => (isDown ? down.spend(...asked) : inner.spend(...asked)),
    };
    const world = openDemoWorld({ limiter });
    const alice = await world.enroll('Alice');
    const [right, guessing] = [world.browser(), world.browser()];
    await right.signIn('Alice');
    await guessing.signIn('Alice');
    isDown = true;
    await right.get('/two-factor/challenge');
    expect((await right.post('/two-factor/challenge', { code: alice.code() })).path).toBe('/');
    for (let time = 0; time < 10; time += 1) {
      await guessing.get('/two-factor/challenge');
      await guessing.post('/two-factor/challenge', { code: '000000' });
    }
    expect((await world.tidelock.account(alice.account)).status).toBe('locked');
  });
});
