import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld } from '../../testing/api-world.ts';

describe('POST challenges', () => {
  test('answers 200 with required false where nobody is enrolled, and 409 where somebody should be', async () => {
    const { send } = await openApiWorld();
    const open = (body: object) => send('POST', '/v1/accounts/bob/challenges', { body });
    const reply = await open({});
    expect([reply.status, reply.body]).toEqual([200, { required: false }]);
    const expected = await open({ expected: 'enrolled' });
    expect([expected.status, expected.problem]).toEqual([409, 'account-not-enrolled']);
  });

  test('answers 201 with a ticket, the methods and the end of the ticket', async () => {
    const world = await openApiWorld();
    const { path, factorId } = await enrollPerson(world);
    const reply = await world.send('POST', `${path}/challenges`, { body: { purpose: 'login', factorId } });
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      required: true,
      ticket: expect.stringMatching(/^tkt_/) as string,
      methods: [
        { kind: 'totp', factorId, label: 'Authenticator app', hint: null },
        { kind: 'backupCode', factorId: null, label: null, hint: null },
      ],
      expiresAt: '2026-01-01T00:10:30.000Z',
    });
  });

  test('refuses an unknown factor, a purpose that is none, and a body that got lost', async () => {
    const world = await openApiWorld();
    const { path } = await enrollPerson(world);
    const open = (body?: unknown) => world.send('POST', `${path}/challenges`, { body });
    expect((await open({ factorId: 'fct_other' })).problem).toBe('factor-unknown');
    for (const purpose of ['check', '', 'Login', 7, null, 'x'.repeat(33)])
      expect((await open({ purpose })).problem).toBe('invalid');
    expect((await open({ expected: 'none' })).problem).toBe('invalid');
    expect((await open({ secret: 'x' })).problem).toBe('invalid');
    expect((await open()).status).toBe(415);
    expect((await open('')).status).toBe(400);
  });
});

describe('POST verify', () => {
  test('S05 S08 accepts a code once, with a proof, and calls the spent code wrong', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const body = { code: alice.code(), ticket: await alice.ticket() };
    const reply = await world.send('POST', `${alice.path}/verify`, { body });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      outcome: 'accepted',
      method: 'totp',
      factorId: alice.factorId,
      proof: expect.stringMatching(/^prf_/) as string,
    });
    const again = await world.send('POST', `${alice.path}/verify`, {
      body: { code: body.code, ticket: await alice.ticket() },
    });
    expect([again.status, again.problem]).toEqual([403, 'code-rejected']);
    expect(again.body).toMatchObject({ outcome: 'rejected', reason: 'wrong', attemptsLeft: 4 });
    expect(again.headers.get('content-type')).toBe('application/problem+json');
  });

  test('S09 A12 a backup code goes into `code`, once', async () => {
    const world = await openApiWorld();
    const { path, backupCodes } = await enrollPerson(world);
    const body = { code: backupCodes[0]!.toLowerCase().replaceAll('-', ' ') };
    const reply = await world.send('POST', `${path}/verify`, { body });
    expect([reply.status, reply.body['method'], reply.body['factorId']]).toEqual([200, 'backupCode', null]);
    expect((await world.send('POST', `${path}/verify`, { body })).status).toBe(403);
    expect((await world.send('GET', path)).body['backupCodesLeft']).toBe(9);
  });

  test('S06 S24 the fifth failure locks: 429 with the end of the lock, even for the right code', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const verify = (code: unknown) => world.send('POST', `${alice.path}/verify`, { body: { code } });
    for (const attemptsLeft of [4, 3, 2, 1, 0])
      expect((await verify(alice.wrongCode())).body['attemptsLeft']).toBe(attemptsLeft);
    world.clock.advance(0.5);
    const locked = await verify(alice.code());
    expect([locked.status, locked.problem]).toEqual([429, 'locked']);
    expect(locked.body).toMatchObject({ outcome: 'locked', until: '2026-01-01T00:01:30.000Z' });
    expect(locked.headers.get('retry-after')).toBe('60');
    expect((await world.send('GET', alice.path)).body).toMatchObject({
      status: 'locked',
      lockedUntil: '2026-01-01T00:01:30.000Z',
    });
    world.clock.advance(60);
    expect((await verify(alice.code())).status).toBe(200);
  });

  test('A8 S27 a code that is absent, no string or of no known form is rejected as malformed, and counted', async () => {
    const world = await openApiWorld({ policy: { failuresBeforeLock: 10 } });
    const { path } = await enrollPerson(world);
    const bodies: readonly unknown[] = [
      {},
      { code: null },
      { code: 123456 },
      { code: ['123456'] },
      { code: '' },
      { kode: '123456' },
      { code: null, ticket: 7, secret: true },
      '{"__proto__":{"code":"123456"}}',
    ];
    for (const [index, body] of bodies.entries()) {
      const reply = await world.send('POST', `${path}/verify`, { body });
      expect([reply.status, reply.problem]).toEqual([403, 'code-rejected']);
      expect(reply.body).toMatchObject({ reason: 'malformed', attemptsLeft: 9 - index });
    }
  });

  test('A7 every other spelling of a used code is refused and costs one attempt', async () => {
    const world = await openApiWorld({ policy: { failuresBeforeLock: 10 } });
    const alice = await enrollPerson(world);
    const code = alice.code();
    const verify = (typed: string) => world.send('POST', `${alice.path}/verify`, { body: { code: typed } });
    expect((await verify(code)).status).toBe(200);
    const fullWidth = [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
    const spellings = [code, `${code.slice(0, 3)} ${code.slice(3)}`, ` ${code} `, `+${code}`, fullWidth];
    spellings.push(`${code}\n`, `0${code}`, `${code}.0`, `\u200b${code}`);
    for (const [index, typed] of spellings.entries()) {
      const reply = await verify(typed);
      expect([reply.status, reply.body['attemptsLeft']]).toEqual([403, 9 - index]);
    }
  });

  test('what is no request costs nothing', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const verify = (body: unknown, headers = {}) =>
      world.send('POST', `${alice.path}/verify`, { body, headers });
    for (const body of ['[]', '"123456"', 'null', '123456', 'true', '{"code":', '', '\u0000'])
      expect([(await verify(body)).status, (await verify(body)).problem]).toEqual([400, 'not-json']);
    expect((await verify('x'.repeat(65_537))).status).toBe(413);
    expect(
      (await verify('code=123456', { 'content-type': 'application/x-www-form-urlencoded' })).status,
    ).toBe(415);
    expect((await verify({ code: alice.wrongCode(), ticket: 5 })).problem).toBe('invalid');
    expect((await verify({ code: alice.wrongCode(), purpose: 'login' })).problem).toBe('invalid');
    expect((await verify({ code: alice.wrongCode() })).body['attemptsLeft']).toBe(4);
  });

  test('a name that occurs twice has its last value', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const body = `{"code":"${alice.code()}","code":"${alice.wrongCode()}"}`;
    expect((await world.send('POST', `${alice.path}/verify`, { body })).status).toBe(403);
    const right = `{"code":"${alice.wrongCode()}","code":"${alice.code()}"}`;
    expect((await world.send('POST', `${alice.path}/verify`, { body: right })).status).toBe(200);
  });

  test('the ticket of another account opens nothing', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const bob = await enrollPerson(world, 'bob');
    const body = { code: alice.code(), ticket: await bob.ticket() };
    const reply = await world.send('POST', `${alice.path}/verify`, { body });
    expect([reply.status, reply.body['reason']]).toEqual([403, 'expired']);
  });

  test('the wish to trust a browser is no error where the policy allows none', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const body = { code: alice.code(), trustBrowser: true };
    const reply = await world.send('POST', `${alice.path}/verify`, { body });
    expect(reply.status).toBe(200);
    expect(reply.body).not.toHaveProperty('trustToken');
  });
});

describe('POST proofs/redeem', () => {
  test('answers 200 once, then 403, and never for another purpose or act', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const proof = await alice.proof('transfer');
    const redeem = (body: object) => world.send('POST', `${alice.path}/proofs/redeem`, { body });
    for (const body of [
      { proof, purpose: 'login' },
      { proof, purpose: 'transfer', actHash: 'abc' },
      { proof: 'prf_other', purpose: 'transfer' },
    ]) {
      const reply = await redeem(body);
      expect([reply.status, reply.problem]).toEqual([403, 'proof-rejected']);
      expect(reply.body).toMatchObject({ outcome: 'rejected', reason: 'expired' });
    }
    const reply = await redeem({ proof, purpose: 'transfer' });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ outcome: 'accepted', method: 'totp', factorId: alice.factorId });
    expect((await redeem({ proof, purpose: 'transfer' })).status).toBe(403);
    for (const body of [{}, { proof }, { proof: 5, purpose: 'login' }, { proof, purpose: 'check' }])
      expect((await redeem(body)).problem).toBe('invalid');
  });
});
