import { Totp } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { beginEnrollment, openDemoWorld } from './testing/demo-world.ts';

const operator = { operator: 'ops', reason: 'roll-out' } as const;

test('S23 LIFE-19 once a second factor is required, a password leads to setting one up, and nowhere else', async () => {
  const world = openDemoWorld();
  await world.browser().register('Alice');
  await world.tidelock.setRequirements({ everyone: { level: 'required' } }, operator);
  const browser = world.browser();
  const page = await browser.signIn('Alice');
  expect(page).toMatchObject({ path: '/two-factor', title: 'Two-factor authentication' });
  expect(page.html).toContain('This site now asks everybody for a second step');
  expect((await browser.get('/')).path).toBe('/two-factor');
  expect((await browser.get('/two-factor/challenge')).html).not.toContain('Hello, Alice');
  const { secret, factorId } = await beginEnrollment(browser);
  const totp = new Totp(secret);
  const codes = await browser.post('/two-factor/activate', {
    factor: factorId,
    label: 'My phone',
    code: totp.generate({ at: world.clock.now() }),
  });
  expect(codes.title).toBe('Keep your backup codes');
  expect((await browser.get('/')).path).toBe('/two-factor/challenge');
  world.clock.advance(30);
  const home = await browser.post('/two-factor/challenge', {
    code: totp.generate({ at: world.clock.now() }),
  });
  expect(home).toMatchObject({ path: '/', title: 'Home' });
});

test('C8 a session for setting up is worth nothing once somebody has set a factor up', async () => {
  const world = openDemoWorld();
  await world.browser().register('Alice');
  await world.tidelock.setRequirements({ everyone: { level: 'required' } }, operator);
  const thief = world.browser();
  await thief.signIn('Alice');
  const { id } = world.demo.users.findByKey('alice')!;
  const { factor, secret } = await world.tidelock.totp.enroll(id);
  await world.tidelock.activate(id, {
    factorId: factor.id,
    code: new Totp(secret).generate({ at: world.clock.now() }),
  });
  expect((await thief.get('/two-factor')).path).toBe('/two-factor/challenge');
  expect((await thief.get('/')).path).toBe('/two-factor/challenge');
});
