import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld, type ApiWorld, type Person, type Reply } from '../testing/api-world.ts';

const hashOf = (act: object): string => createHash('sha256').update(JSON.stringify(act)).digest('hex');
const payBob = hashOf({ transfer: 100, to: 'bob' });
const payEve = hashOf({ transfer: 100, to: 'eve' });

interface Act {
  readonly purpose: string;
  readonly actHash?: string;
}

/** Opens a ticket for an act and answers it with a code: the proof that this act was approved. */
async function approve(world: ApiWorld, person: Person, act: Act): Promise<string> {
  const challenge = await world.send('POST', `${person.path}/challenges`, { body: act });
  const body = { code: person.code(), ticket: challenge.body['ticket'] };
  const verdict = await world.send('POST', `${person.path}/verify`, { body });
  expect(verdict.status).toBe(200);
  world.clock.advance(30);
  return String(verdict.body['proof']);
}

function redeem(world: ApiWorld, person: Person, proof: string, act: Act): Promise<Reply> {
  return world.send('POST', `${person.path}/proofs/redeem`, { body: { proof, ...act } });
}

describe('an act of the application that is approved by a code', () => {
  test('SESS-04 C11 is carried out exactly as it was approved, and once', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const bob = await enrollPerson(world, 'bob');
    const proof = await approve(world, alice, { purpose: 'transfer', actHash: payBob });
    const others: readonly [Person, Act][] = [
      [alice, { purpose: 'transfer', actHash: payEve }],
      [alice, { purpose: 'transfer', actHash: payBob.toUpperCase() }],
      [alice, { purpose: 'transfer' }],
      [alice, { purpose: 'delete-account', actHash: payBob }],
      [alice, { purpose: 'login' }],
      [alice, { purpose: 'manage', actHash: payBob }],
      [bob, { purpose: 'transfer', actHash: payBob }],
    ];
    for (const [person, act] of others) {
      const reply = await redeem(world, person, proof, act);
      expect([act, reply.status, reply.problem]).toEqual([act, 403, 'proof-rejected']);
    }
    // What was refused has spent nothing.
    const right = { purpose: 'transfer', actHash: payBob };
    expect((await redeem(world, alice, proof, right)).status).toBe(200);
    expect((await redeem(world, alice, proof, right)).status).toBe(403);
  });

  test('SESS-04 of a hundred that carry it out at once one may', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const act = { purpose: 'transfer', actHash: payBob };
    const proof = await approve(world, alice, act);
    const replies = await Promise.all(Array.from({ length: 100 }, () => redeem(world, alice, proof, act)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(99);
  });

  test('SESS-04 is approved freshly: not after ten minutes, and not by the code of the sign-in', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const act = { purpose: 'transfer', actHash: payBob };
    const late = await approve(world, alice, act);
    world.clock.advance(600);
    expect((await redeem(world, alice, late, act)).status).toBe(403);
    const login = await alice.proof('login');
    expect((await redeem(world, alice, login, act)).status).toBe(403);
    const ticket = await world.send('POST', `${alice.path}/challenges`, { body: act });
    world.clock.advance(600);
    const body = { code: alice.code(), ticket: ticket.body['ticket'] };
    expect((await world.send('POST', `${alice.path}/verify`, { body })).body['reason']).toBe('expired');
  });

  test('C11 an approval of an act changes no factor, not even where its purpose is called manage', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    for (const act of [
      { purpose: 'transfer', actHash: payBob },
      { purpose: 'transfer' },
      { purpose: 'manage', actHash: payBob },
    ]) {
      const headers = { 'tidelock-proof': await approve(world, alice, act) };
      for (const [method, path, body] of [
        ['DELETE', `/factors/${alice.factorId}`, undefined],
        ['PATCH', `/factors/${alice.factorId}`, { label: 'mine' }],
        ['POST', '/factors', { kind: 'totp' }],
        ['POST', '/backup-codes', undefined],
      ] as const) {
        const reply = await world.send(method, alice.path + path, { headers, body });
        expect([act, path, reply.problem]).toEqual([act, path, 'proof-required']);
      }
    }
    expect((await world.send('GET', alice.path)).body).toMatchObject({ status: 'active' });
  });

  test('SESS-04 C7 a ticket of one act is none of another account, and says itself what it is for', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const bob = await enrollPerson(world, 'bob');
    const body = { purpose: 'transfer', actHash: payBob };
    const { ticket } = (await world.send('POST', `${bob.path}/challenges`, { body })).body;
    const foreign = { code: alice.code(), ticket };
    expect((await world.send('POST', `${alice.path}/verify`, { body: foreign })).body['reason']).toBe(
      'expired',
    );
    // Neither purpose nor act can be said anew with the code: the ticket has both.
    for (const more of [{ purpose: 'login' }, { actHash: payEve }]) {
      const reply = await world.send('POST', `${bob.path}/verify`, {
        body: { code: bob.code(), ticket, ...more },
      });
      expect(reply.problem).toBe('invalid');
    }
    const { items } = await world.tidelock.forTenant('acme').events('bob', { limit: 1 });
    expect(items[0]).toMatchObject({ kind: 'challenge-opened', purpose: 'transfer' });
  });
});
