import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld, type ApiWorld } from '../../testing/api-world.ts';

const path = '/v1/accounts/alice';
const administrator = { actor: 'help desk', reason: 'showed a passport' };
const wrong = '0000-0000';

async function openWorld(contacts: object = {}) {
  const world = await openApiWorld({ notices: { channel: 'email', publicUrl: 'https://acme.example' } });
  const body = { emails: ['alice@example.org'], ...contacts };
  const set = await world.send('PUT', `${path}/contacts`, { body });
  const alice = await enrollPerson(world);
  await world.mails();
  return { world, alice, set, send: world.send };
}

const codeOf = async (world: ApiWorld) => (await world.mails()).find(({ code }) => code !== undefined)!.code!;

describe('a recovery', () => {
  test('S30 LIFE-08 is begun, proved and shown, with or without a body', async () => {
    const { world, send } = await openWorld();
    const begun = await send('POST', `${path}/recovery`);
    const shape = {
      state: 'confirming',
      begunBy: 'owner',
      begunAt: '2026-01-01T00:00:30.000Z',
      readyAt: null,
      lapsesAt: '2026-01-04T00:00:30.000Z',
      actor: null,
      reason: null,
      proofs: { email: 'needed', password: 'possible', administrator: 'possible', contact: 'unavailable' },
    };
    expect([begun.status, begun.body]).toEqual([
      201,
      { ...shape, sentTo: ['a•••@e•••.org'], expiresAt: '2026-01-01T00:10:30.000Z' },
    ]);
    expect((await send('GET', `${path}/recovery`)).body).toEqual({ recovery: shape });
    const again = await send('POST', `${path}/recovery`, { body: {} });
    expect([again.status, again.headers.get('retry-after')]).toEqual([429, '30']);
    const confirm = (body: object) => send('POST', `${path}/recovery/confirm`, { body });
    const refused = await confirm({ code: wrong });
    expect([refused.status, refused.problem, refused.body['attemptsLeft']]).toEqual([
      403,
      'code-rejected',
      4,
    ]);
    const proved = await confirm({ code: await codeOf(world) });
    expect([proved.status, proved.body]).toMatchObject([200, { recovery: { proofs: { email: 'done' } } }]);
    await send('POST', `${path}/password-changed`);
    expect((await send('GET', `${path}/recovery`)).body).toMatchObject({
      recovery: { state: 'waiting', readyAt: '2026-01-02T00:00:30.000Z' },
    });
    const waiting = await send('POST', `${path}/recovery`);
    expect([waiting.status, waiting.body['sentTo'], waiting.body['expiresAt']]).toEqual([201, [], null]);
  });

  test('S30 of an account without contacts, or that nobody knows, is refused by the reason that a reset is', async () => {
    const world = await openApiWorld({ notices: { channel: 'email' } });
    await enrollPerson(world, 'bob');
    const begin = async (account: string) =>
      (await world.send('POST', `/v1/accounts/${account}/recovery`, { body: {} })).problem;
    expect([await begin('bob'), await begin('nobody')]).toEqual(['recovery-unavailable', 'no-active-factor']);
    expect((await world.send('POST', '/v1/accounts/nobody/reset', { body: administrator })).problem).toBe(
      'no-active-factor',
    );
    for (const account of ['bob', 'nobody'])
      for (const act of ['freeze', 'cancel'])
        expect(
          (await world.send('POST', `/v1/accounts/${account}/recovery/${act}`, { body: { token: 'nme_x' } }))
            .problem,
        ).toBe('link-refused');
  });

  test('C12 F4 an administrator vouches by the scope of one, a code comes by that of an application', async () => {
    const { world, send } = await openWorld();
    const manage = await world.newKey(['manage']);
    const admin = await world.newKey(['admin']);
    await send('POST', `${path}/recovery`, { key: manage });
    const confirm = (key: string, body: object) => send('POST', `${path}/recovery/confirm`, { key, body });
    expect((await confirm(manage, administrator)).problem).toBe('forbidden-scope');
    expect((await confirm(admin, { code: await codeOf(world) })).problem).toBe('forbidden-scope');
    expect((await confirm(admin, { ...administrator, actor: 'Alice' })).problem).toBe('actor-is-owner');
    const vouched = await confirm(admin, administrator);
    expect([vouched.status, vouched.body]).toMatchObject([
      200,
      { recovery: { state: 'confirming', proofs: { administrator: 'done', email: 'needed' } } },
    ]);
    expect((await confirm(admin, { ...administrator, code: wrong })).status).toBe(400);
    for (const act of ['recovery', 'recovery/freeze', 'recovery/cancel'])
      expect((await send('POST', `${path}/${act}`, { key: admin, body: {} })).problem).toBe(
        'forbidden-scope',
      );
  });

  test('S30 a trusted contact vouches; C10 none of the owner’s own addresses is one', async () => {
    const { world, alice, set, send } = await openWorld({ trustedContacts: ['bob@example.net'] });
    expect(set.body).toEqual({ count: 1, trustedCount: 1 });
    await send('POST', `${path}/recovery`);
    const code = await codeOf(world);
    world.clock.advance(30);
    const asked = await send('POST', `${path}/recovery`, { body: { to: 'contact' } });
    expect(asked.body['sentTo']).toEqual(['b•••@e•••.net']);
    const vouching = await codeOf(world);
    const confirm = (body: object) => send('POST', `${path}/recovery/confirm`, { body });
    expect((await confirm({ code: vouching, from: 'contact' })).status).toBe(200);
    expect((await confirm({ code })).body).toMatchObject({
      recovery: { state: 'waiting', proofs: { contact: 'done' } },
    });
    const headers = { 'tidelock-proof': await alice.proof() };
    for (const trustedContacts of [['Alice@Example.org'], ['alice+x@example.org'], [], ['x']]) {
      const body = { emails: ['alice@example.org'], trustedContacts };
      expect((await send('PUT', `${path}/contacts`, { body, headers })).problem).toBe('invalid');
    }
  });

  test('S30 is cancelled by a proof without a body, by a link, and by the code that was mailed', async () => {
    const { world, alice, send } = await openWorld();
    const cancel = async (sending: object) => send('POST', `${path}/recovery/cancel`, sending);
    for (const by of ['proof', 'link', 'code'] as const) {
      world.clock.advance(60);
      expect((await send('POST', `${path}/recovery`)).status).toBe(201);
      const mails = await world.mails();
      expect((await cancel({})).problem).toBe('proof-required');
      expect((await cancel({ body: { token: 'nme_x' } })).problem).toBe('link-refused');
      expect((await cancel({ body: { code: wrong } })).problem).toBe('code-rejected');
      expect((await cancel({ body: { secret: 'x' } })).problem).toBe('invalid');
      const token = new URL(mails.find(({ link }) => link !== undefined)!.link!).searchParams.get('token');
      const sending = {
        proof: { headers: { 'tidelock-proof': await alice.proof() } },
        link: { body: { token } },
        code: { body: { code: mails.find(({ code }) => code !== undefined)!.code } },
      }[by];
      const done = await cancel(sending);
      expect([by, done.status, done.body]).toEqual([by, 200, { recovery: null }]);
      expect((await cancel({})).problem).toBe('recovery-unknown');
    }
  });

  test('S30 C20 is frozen with a proof, says when sessions end, and is lifted by an administrator', async () => {
    const { world, alice, send } = await openWorld();
    expect((await send('POST', `${path}/recovery/unfreeze`, { body: administrator })).problem).toBe(
      'recovery-not-frozen',
    );
    await send('POST', `${path}/reset`, { body: administrator });
    expect((await send('POST', `${path}/recovery/freeze`)).problem).toBe('proof-required');
    const headers = { 'tidelock-proof': await alice.proof() };
    const frozen = await send('POST', `${path}/recovery/freeze`, { headers });
    const at = new Date(world.clock.now() * 1000).toISOString();
    expect([frozen.status, frozen.body]).toMatchObject([
      200,
      { recovery: { state: 'frozen', begunAt: at, proofs: null } },
    ]);
    expect((await send('GET', path)).body).toMatchObject({ status: 'active', sessionsEndedAt: at });
    expect((await send('POST', `${path}/reset`, { body: administrator })).problem).toBe('recovery-frozen');
    const manage = await world.newKey(['manage']);
    const lift = (sending: object) => send('POST', `${path}/recovery/unfreeze`, sending);
    expect((await lift({ key: manage, body: administrator })).problem).toBe('forbidden-scope');
    expect((await lift({})).problem).toBe('proof-required');
    const lifted = await lift({ body: administrator });
    expect([lifted.status, lifted.body]).toEqual([200, { recovery: null }]);
    expect((await send('POST', `${path}/recovery`)).status).toBe(201);
  });

  test('B7 of 50 guesses at once five are judged, and then 429 says until when', async () => {
    const { send } = await openWorld();
    await send('POST', `${path}/recovery`);
    const body = { code: wrong };
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => send('POST', `${path}/recovery/confirm`, { body })),
    );
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(5);
    const locked = replies.filter(({ status }) => status === 429);
    expect(locked).toHaveLength(45);
    expect(locked[0]!.headers.get('retry-after')).toBe('60');
  });
});
