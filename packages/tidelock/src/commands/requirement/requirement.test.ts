import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Totp } from '@tidelock/otp';
import { expect, test } from 'vitest';
import { openService } from '../../service/open-service.ts';
import { temporaryFolder, tidelock } from '../../../test-programs/run-command.ts';
import { startService } from '../../../test-programs/start-service.ts';

async function folderWithAlice(): Promise<string> {
  const folder = temporaryFolder();
  const service = await openService({ environment: {}, folder });
  const { factor, secret } = await service.tidelock.totp.enroll('alice');
  await service.tidelock.activate('alice', { factorId: factor.id, code: new Totp(secret).generate() });
  await service.close();
  return folder;
}

test('S23 a dry run names who would be locked out, and then it is set and shown', async () => {
  const folder = await folderWithAlice();
  writeFileSync(join(folder, 'users.txt'), 'alice\tadmin\nbob\tadmin, support\r\n\ncarol\n');
  const wanted = ['--role', 'admin', '--level', 'required'];
  const tried = await tidelock(['requirement', 'dry-run', 'users.txt', ...wanted], { folder });
  expect(tried.status).toBe(1);
  expect(tried.output).toContain('3 accounts: 2 go on as now, 0 have time to enroll, 1 would be locked out');
  expect(tried.output).toMatch(/\nbob +locked out\n/);
  const set = await tidelock(['requirement', 'set', ...wanted, '--reason', 'roll-out'], { folder });
  expect(set.status).toBe(0);
  const everyone = ['--level', 'required', '--grace-days', '14', '--kinds', 'totp'];
  await tidelock(['requirement', 'set', ...everyone, '--reason', 'roll-out'], { folder });
  const shown = await tidelock(['requirement', 'show', '--json'], { folder });
  expect(JSON.parse(shown.output)).toEqual({
    everyone: { level: 'required', graceDays: 14, kinds: ['totp'] },
    roles: { admin: { level: 'required', graceDays: 0, kinds: ['totp', 'hotp'] } },
  });
  const again = await tidelock(['requirement', 'dry-run', 'users.txt', '--json'], { folder });
  expect(JSON.parse(again.output)).toMatchObject({
    checked: 3,
    met: 1,
    lockedOut: ['bob'],
    inGrace: [{ account: 'carol', enrollBy: expect.stringMatching(/Z$/) as string }],
  });
});

test('S23 a running service follows what the command set', async () => {
  const folder = await folderWithAlice();
  const environment = { TIDELOCK_API_KEY: 'given-by-the-operator-0123456789' };
  const service = await startService({ folder, environment });
  const challenge = async () =>
    fetch(`${service.url}/v1/accounts/bob/challenges`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${environment.TIDELOCK_API_KEY}`,
        'content-type': 'application/json',
      },
      body: '{}',
    });
  expect((await challenge()).status).toBe(200);
  await tidelock(['requirement', 'set', '--level', 'required', '--reason', 'x'], { folder });
  await new Promise((resolve) => setTimeout(resolve, 2100));
  expect((await challenge()).status).toBe(403);
});

test('S23 the strict profile of the service requires a second factor of everybody', async () => {
  const folder = await folderWithAlice();
  const service = await openService({ environment: { TIDELOCK_PROFILE: 'strict' }, folder });
  await expect(service.tidelock.challenge('bob')).rejects.toMatchObject({
    code: 'engine/enrollment-required',
  });
  expect(await service.tidelock.challenge('alice')).toMatchObject({ required: true });
  await service.close();
});

test.each([
  [['requirement', 'set', '--reason', 'x'], "required option '--level <word>'"],
  [['requirement', 'set', '--level', 'maybe', '--reason', 'x'], '"optional" or "required"'],
  [['requirement', 'set', '--level', 'required', '--grace-days', '1e3', '--reason', 'x'], '0 to 90'],
  [['requirement', 'set', '--level', 'required', '--kinds', 'sms', '--reason', 'x'], 'totp, hotp'],
  [['requirement', 'dry-run'], "missing required argument 'file'"],
])('wrong usage %j has status 2', async (args, words) => {
  const run = await tidelock(args, { folder: await folderWithAlice() });
  expect(run).toMatchObject({ status: 2, output: '' });
  expect(run.errors).toContain(words);
});

test('a file that is not there is a fault that names it', async () => {
  const run = await tidelock(['requirement', 'dry-run', 'no.txt'], { folder: await folderWithAlice() });
  expect(run.status).not.toBe(0);
  expect(run.errors).toContain('no.txt');
});
