import { Totp, decodeBase32 } from '@tidelock/otp';
import { beforeAll, expect, test } from 'vitest';
import { filesOf } from '../service/store-engines.ts';
import { onEveryStore } from '../service/on-every-store.ts';
import {
  runTidelock,
  startService,
  type RunningService,
  type ServiceHome,
} from '../service/running-service.ts';

/** Every form in which a secret could stand in a file. */
function formsOf(bytes: Buffer, text?: string): readonly string[] {
  const base32 = text ?? '';
  const forms = [bytes.toString('latin1'), bytes.toString('hex'), bytes.toString('hex').toUpperCase()];
  // Base64 depends on where the bytes begin: three alignments, less the characters that mix with their neighbours.
  for (const shift of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
    for (const encoding of ['base64', 'base64url'] as const)
      forms.push(shifted.toString(encoding).slice(shift === 0 ? 0 : 4, -4));
  }
  if (base32 !== '')
    forms.push(
      base32,
      base32.toLowerCase(),
      base32.replaceAll(/(.{4})(?=.)/g, '$1 '),
      base32.replaceAll(/(.{4})(?=.)/g, '$1-'),
    );
  return forms;
}

const found = (hay: string, canaries: ReadonlyMap<string, readonly string[]>): readonly string[] =>
  [...canaries].filter(([, forms]) => forms.some((form) => hay.includes(form))).map(([name]) => name);

onEveryStore('what is written down', (ground) => {
  let home: ServiceHome;
  let service: RunningService;
  const running = () => ground.running;

  beforeAll(async () => {
    home = ground.newHome();
    expect(await runTidelock(home, ['init'])).toMatchObject({ status: 0 });
    service = await startService(home);
  });

  test('S02 C15 C16 LOG-03 neither database, journals nor logs hold a secret, a backup code, a ticket, a proof or a key; a planted one is found', async () => {
    const path = '/v1/accounts/alice';
    const enrolled = await service.call('POST', `${path}/factors`, { kind: 'totp' });
    const { secret, factor } = enrolled.body as { secret: string; factor: { id: string } };
    const totp = new Totp(secret);
    const seconds = (): number => Date.now() / 1000;
    const activated = await service.call('POST', `${path}/factors/${factor.id}/activate`, {
      code: totp.generate({ at: seconds() - 30 }),
    });
    expect(activated.status).toBe(200);
    const backupCodes = activated.body['backupCodes'] as string[];
    const challenged = await service.call('POST', `${path}/challenges`, { purpose: 'manage' });
    const ticket = challenged.body['ticket'] as string;
    const code = totp.generate({ at: seconds() });
    const verified = await service.call('POST', `${path}/verify`, { code, ticket });
    expect(verified.status).toBe(200);
    const proof = verified.body['proof'] as string;
    // Failures log too: a used backup code, a wrong body, a wrong key, a proof for nothing.
    await service.call('POST', `${path}/verify`, { code: backupCodes[0] });
    await service.call('POST', `${path}/verify`, { code: backupCodes[0] });
    await service.call('POST', `${path}/verify`, `{"code":"${backupCodes[1]}"`);
    await service.call('POST', `${path}/verify`, { code: secret, [secret]: secret });
    await service.call('GET', `/v1/accounts/${secret}`, undefined, { authorization: `Bearer ${proof}` });
    await service.call('POST', `${path}/proofs/redeem`, { proof, purpose: 'login' });
    await service.call('DELETE', `${path}/factors/${factor.id}`, undefined, { 'tidelock-proof': ticket });

    const canaries = new Map<string, readonly string[]>([
      ['secret', formsOf(Buffer.from(decodeBase32(secret)), secret)],
      ['ticket', [ticket, ticket.slice(4)]],
      ['proof', [proof, proof.slice(4)]],
      ['API key', [home.apiKey, home.apiKey.slice(4)]],
      ...backupCodes.map((backupCode, index): [string, readonly string[]] => {
        const bare = backupCode.replaceAll('-', '');
        return [`backup code ${index}`, [backupCode, bare, bare.toLowerCase()]];
      }),
    ]);
    const searched = `${await running().raw()}${filesOf(home.folder)}${service.output()}`;
    // What is searched is what the service has written.
    expect(searched).toContain('verification-accepted');
    expect(found(searched, canaries)).toEqual([]);
    // The same search finds each canary in each of its forms, were it there.
    for (const [name, forms] of canaries) {
      for (const form of forms) expect(found(`${searched.slice(-1000)}${form}`, canaries)).toContain(name);
    }
    expect(await service.stop()).toBe(0);
  });
});
