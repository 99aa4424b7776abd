import type { AuditEvent, Scope } from '@tidelock/engine';
import { Totp } from '@tidelock/otp';
import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld, type ApiWorld, type Person, type Reply } from '../testing/api-world.ts';

/**
 * What the audit log says when a call was carried out; null for calls that change nothing. The router gives the routes:
 * one that is missing here fails the test.
 */
const signs: { readonly [route: string]: AuditEvent['kind'] | null } = {
  'GET /v1/accounts/{account}': null,
  'POST /v1/accounts/{account}/factors': 'factor-enrolled',
  'POST /v1/accounts/{account}/factors/{factorId}/activate': 'factor-activated',
  'POST /v1/accounts/{account}/factors/{factorId}/resend': 'code-sent',
  'PATCH /v1/accounts/{account}/factors/{factorId}': 'factor-renamed',
  'DELETE /v1/accounts/{account}/factors/{factorId}': 'factor-revoked',
  'POST /v1/accounts/{account}/factors/{factorId}/resync': 'factor-resynchronised',
  'POST /v1/accounts/{account}/challenges': 'challenge-opened',
  'POST /v1/accounts/{account}/verify': 'verification-accepted',
  'POST /v1/accounts/{account}/proofs/redeem': 'proof-redeemed',
  'POST /v1/accounts/{account}/backup-codes': 'backup-codes-generated',
  'PUT /v1/accounts/{account}/contacts': 'contacts-changed',
  'GET /v1/accounts/{account}/trusted-browsers': null,
  'DELETE /v1/accounts/{account}/trusted-browsers': 'trusted-browsers-revoked',
  'POST /v1/accounts/{account}/password-changed': 'password-changed',
  'GET /v1/accounts/{account}/recovery': null,
  'POST /v1/accounts/{account}/recovery': 'recovery-begun',
  'POST /v1/accounts/{account}/recovery/confirm': 'reset-completed',
  'POST /v1/accounts/{account}/recovery/cancel': 'reset-cancelled',
  'POST /v1/accounts/{account}/recovery/freeze': 'recovery-frozen',
  'POST /v1/accounts/{account}/recovery/unfreeze': 'recovery-unfrozen',
  'POST /v1/accounts/{account}/unlock': 'unlocked',
  'POST /v1/accounts/{account}/reset': 'reset-begun',
  'PUT /v1/accounts/{account}/requirement': 'requirement-changed',
  'GET /v1/requirements': null,
  // Logged beside the tenant; what the administrator's own account shows is the proof that was spent.
  'PUT /v1/requirements': 'proof-redeemed',
  'POST /v1/requirements/dry-run': null,
  'GET /v1/accounts/{account}/export': 'account-exported',
  'DELETE /v1/accounts/{account}': 'account-erased',
  'POST /v1/accounts/{account}/erase': 'account-erased',
  'GET /v1/accounts/{account}/events': null,
  'GET /v1/events': null,
  'GET /livez': null,
  'GET /readyz': null,
  'GET /metrics': null,
  'GET /openapi.json': null,
};
const carriedOut = new Set(Object.values(signs).filter((kind) => kind !== null));

/** Everything that a right request may need, made anew for each. */
interface Ingredients {
  readonly code: string;
  /** The present code and the next. */
  readonly codes: readonly string[];
  readonly reversed: readonly string[];
  readonly ticket: string;
  readonly manageProof: string;
  readonly otherProof: string;
  readonly pendingId: string;
  readonly pendingCode: string;
}

async function prepare({ world, alice, other }: Walk, route = ''): Promise<Ingredients> {
  const tidelock = world.tidelock.forTenant('acme');
  await tidelock.unlock('alice', { actor: 'test', reason: 'test' });
  world.clock.advance(60);
  // Looked up anew each time: revoking one ends every enrollment that was begun.
  const another = async () =>
    (await tidelock.account('alice')).factors.find(({ id }) => id !== alice.factorId);
  for (let found = await another(); found !== undefined; found = await another())
    await tidelock.revokeFactor('alice', found.id, { proof: await alice.proof() });
  const enroll = async (replaces: object) =>
    tidelock.totp.enroll('alice', { ...replaces, proof: await alice.proof() });
  // For a resend it is to be confirmed by mail; once the sends of the day are used up, it is not.
  const pending = route.endsWith('/resend')
    ? await enroll({ replaces: alice.factorId }).catch(() => enroll({}))
    : await enroll({});
  const manageProof = await alice.proof();
  const otherProof = await other.proof();
  const { now } = world.clock;
  return {
    code: alice.code(),
    codes: [alice.code(), alice.code(1)],
    reversed: [alice.code(1), alice.code()],
    ticket: await alice.ticket(),
    manageProof,
    otherProof,
    pendingId: pending.factor.id,
    pendingCode: new Totp(pending.secret).generate({ at: now() }),
  };
}

/** Bodies, right and wrong; each is sent to every route. */
function bodiesOf(given: Ingredients): readonly unknown[] {
  const act = { actor: 'help desk', reason: 'lost phone' };
  return [
    undefined,
    {},
    { code: given.code, ticket: given.ticket },
    { code: given.pendingCode },
    { codes: given.codes },
    { codes: given.reversed },
    { codes: given.codes, code: given.code },
    { codes: given.code },
    { code: given.code, ticket: 'tkt_other' },
    { code: given.code, outcome: 'accepted' },
    { code: [given.code] },
    { code: null },
    { proof: given.manageProof, purpose: 'manage' },
    { proof: given.otherProof, purpose: 'manage' },
    { proof: given.manageProof, purpose: 'login' },
    { kind: 'totp', label: 'tablet' },
    { kind: 'hotp' },
    { kind: 'totp', secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
    { label: 'tablet' },
    { label: 5 },
    { purpose: 'manage', expected: 'enrolled' },
    { required: false },
    { emails: ['alice@example.com'] },
    { emails: ['alice@example.com', 'Alice@Example.com'] },
    { emails: [] },
    { ...act, actor: 'bob', requirement: { level: 'optional' } },
    { ...act, actor: 'alice', everyone: { level: 'optional' } },
    { ...act, actor: 'nobody', everyone: { level: 'optional' } },
    { accounts: [{ id: 'alice' }] },
    act,
    { ...act, readyAt: 0 },
    '[]',
    'null',
    '{"code":',
  ];
}

interface Attempt {
  readonly key: string | null;
  readonly proof: string | undefined;
  readonly body: unknown;
}

const right: readonly Scope[] = ['verify', 'manage', 'read', 'admin'];

async function countOf(world: ApiWorld, before: number): Promise<readonly AuditEvent['kind'][]> {
  const { items } = await world.tidelock.forTenant('acme').events('alice', { limit: 20 });
  return items
    .filter(({ sequence, kind }) => sequence > before && carriedOut.has(kind))
    .map(({ kind }) => kind);
}

/** SECURITY: 2xx exactly when it was carried out, and the log is the witness. */
async function expectHonest(
  world: ApiWorld,
  route: string,
  target: string,
  attempt: Attempt,
): Promise<Reply> {
  const method = route.slice(0, route.indexOf(' '));
  const tidelock = world.tidelock.forTenant('acme');
  const [last] = (await tidelock.events('alice', { limit: 1 })).items;
  const { key, proof, body } = attempt;
  const headers = proof === undefined ? {} : { 'tidelock-proof': proof };
  const sent = method === 'GET' ? { key, headers } : { key, headers, body };
  const reply = await world.send(method, target, sent);
  const done = await countOf(world, last?.sequence ?? 0);
  const said = [route, JSON.stringify(body)?.slice(0, 60), reply.status];
  expect([...said, reply.status < 500]).toEqual([...said, true]);
  const isAccepted = reply.status >= 200 && reply.status < 300;
  const sign = signs[route];
  if (sign === null || sign === undefined) expect([...said, done]).toEqual([...said, []]);
  else expect([...said, done.includes(sign)]).toEqual([...said, isAccepted]);
  if (!isAccepted) expect([...said, done]).toEqual([...said, []]);
  if (isAccepted && key === null) expect(target).toMatch(/^\/(livez|readyz|metrics|openapi\.json)$/);
  return reply;
}

interface Walk {
  readonly world: ApiWorld;
  readonly alice: Person;
  readonly other: Person;
}

async function openWalk(): Promise<Walk> {
  const world = await openApiWorld({
    policy: { openingsBurst: 1000, failuresBeforeLock: 10 },
    notices: { channel: 'email' },
    api: { metrics: async () => '{}' },
  });
  await world.tidelock.forTenant('acme').setContacts('alice', { emails: ['alice@example.com'] });
  return { world, alice: await enrollPerson(world), other: await enrollPerson(world, 'bob') };
}

describe('every route of the router', () => {
  test('C12 is known here', async () => {
    const { api } = await openApiWorld();
    expect(api.routes.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(
      Object.keys(signs).toSorted(),
    );
  });

  test('F1 answers 2xx exactly when it was carried out, for right and wrong inputs alike', async () => {
    let { world, alice, other } = await openWalk();
    const accepted = new Set<string>();
    for (const route of Object.keys(signs)) {
      // Ten hashes of argon2id for each right request: a few will do.
      const few =
        route.startsWith('GET') || /\/backup-codes$|^DELETE \/v1\/accounts\/\{account\}$/.test(route);
      const count = few ? 3 : bodiesOf({} as Ingredients).length;
      for (let turn = 0; turn < count * 3; turn += 1) {
        if (route.endsWith('/unfreeze')) await freezeWhole(world, alice);
        const given = await prepare({ world, alice, other }, route);
        const act = { actor: 'test', reason: 'test' };
        if (/recovery\/[cf]/.test(route)) await world.tidelock.forTenant('acme').reset('alice', act);
        if (route.endsWith('/confirm')) world.clock.advance(turn % 2 === 0 ? 86_400 : 3_600);
        const target = route
          .slice(route.indexOf(' ') + 1)
          .replace('{account}', 'alice')
          .replace('{factorId}', route.endsWith('/resync') ? alice.factorId : given.pendingId);
        const proof = [given.manageProof, given.otherProof, undefined][turn % 3];
        const body = bodiesOf(given)[Math.floor(turn / 3)];
        // What an administrator may erase has no factor; a few will do here, too.
        const isReset = turn % 3 === 2 && typeof body === 'object' && body !== null && 'actor' in body;
        if (route.endsWith('/erase') && isReset) await resetWhole(world);
        const reply = await expectHonest(world, route, target, { key: world.key, proof, body });
        if (reply.status < 300) accepted.add(route);
        await settleRecovery(world, alice);
        if ((await world.tidelock.forTenant('acme').account('alice')).status === 'none')
          ({ world, alice, other } = await openWalk());
      }
    }
    // A walk on which nothing is ever accepted would prove nothing.
    expect([...accepted].toSorted()).toEqual(Object.keys(signs).toSorted());
  }, 120_000);

  test('C6 C12 with no key, a wrong key or a key without the scope nothing is carried out', async () => {
    const { world, alice, other } = await openWalk();
    const keys = [
      null,
      'x'.repeat(40),
      ...(await Promise.all(right.map((scope) => world.newKey([scope], 'rival')))),
    ];
    for (const route of Object.keys(signs)) {
      const given = await prepare({ world, alice, other }, route);
      for (const key of keys) {
        for (const body of bodiesOf(given)) {
          const target = route
            .slice(route.indexOf(' ') + 1)
            .replace('{account}', 'alice')
            .replace('{factorId}', route.endsWith('/resync') ? alice.factorId : given.pendingId);
          const method = route.slice(0, route.indexOf(' '));
          const headers = { 'tidelock-proof': given.manageProof };
          const reply = await world.send(method, target, method === 'GET' ? { key } : { key, headers, body });
          expect(reply.status).toBeLessThan(500);
        }
      }
      expect((await world.tidelock.forTenant('acme').account('alice')).factors).toHaveLength(2);
    }
    // Alice's code, ticket and proof are as good as new.
    const given = await prepare({ world, alice, other });
    const body = { code: given.code, ticket: given.ticket };
    expect((await world.send('POST', `${alice.path}/verify`, { body })).status).toBe(200);
  });
});

async function resetWhole(world: ApiWorld): Promise<void> {
  const tidelock = world.tidelock.forTenant('acme');
  const act = { actor: 'test', reason: 'test' };
  await tidelock.reset('alice', act);
  world.clock.advance(86_400);
  await tidelock.completeReset('alice', act);
}

/** A reset is begun and stopped. */
async function freezeWhole(world: ApiWorld, alice: Person): Promise<void> {
  const tidelock = world.tidelock.forTenant('acme');
  await tidelock.unlock('alice', { actor: 'test', reason: 'test' });
  world.clock.advance(60);
  await tidelock.reset('alice', { actor: 'test', reason: 'test' });
  await tidelock.freezeRecovery('alice', { proof: await alice.proof() });
}

async function settleRecovery(world: ApiWorld, alice: Person): Promise<void> {
  const tidelock = world.tidelock.forTenant('acme');
  const recovery = await tidelock.recovery('alice');
  if (recovery === null) return;
  if (recovery.state === 'frozen')
    return tidelock.unfreezeRecoveryFor('alice', { actor: 'test', reason: 'test' });
  await tidelock.unlock('alice', { actor: 'test', reason: 'test' });
  world.clock.advance(60);
  await tidelock.cancelReset('alice', { proof: await alice.proof() });
}
