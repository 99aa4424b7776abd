import { describe, expect, test } from 'vitest';
import { enrollPerson, openApiWorld } from '../../testing/api-world.ts';

interface EventPage {
  readonly items: readonly { readonly [name: string]: unknown }[];
  readonly nextCursor: string | null;
}

describe('the audit log', () => {
  test('S07 S26 has every act, newest first, with failures and their reasons', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    const used = alice.code();
    for (const code of [alice.wrongCode(), used, used, 7])
      await world.send('POST', `${alice.path}/verify`, { body: { code } });
    const { items, nextCursor } = (await world.send('GET', `${alice.path}/events`))
      .body as unknown as EventPage;
    expect(nextCursor).toBeNull();
    expect(items.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['verification-rejected', 'malformed'],
      ['verification-rejected', 'replayed'],
      ['verification-accepted', undefined],
      ['verification-rejected', 'wrong'],
      ['backup-codes-generated', undefined],
      ['factor-activated', undefined],
      ['factor-enrolled', undefined],
    ]);
    expect(items[3]).toEqual({
      account: 'alice',
      sequence: 4,
      at: '2026-01-01T00:00:30.000Z',
      kind: 'verification-rejected',
      factorId: alice.factorId,
      method: 'totp',
      reason: 'wrong',
      purpose: 'check',
      failures: 1,
    });
  });

  test('gives pages that join without a gap, of one account and of the tenant', async () => {
    const world = await openApiWorld();
    const alice = await enrollPerson(world);
    await enrollPerson(world, 'bob');
    for (const path of [`${alice.path}/events`, '/v1/events']) {
      const whole = (await world.send('GET', path)).body as unknown as EventPage;
      const items: object[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query: string = cursor === '' ? '?limit=2' : `?limit=2&cursor=${cursor}`;
        const page = (await world.send('GET', path + query)).body as unknown as EventPage;
        expect(page.items.length).toBeLessThanOrEqual(2);
        items.push(...page.items);
        cursor = page.nextCursor;
      }
      expect(items).toEqual(whole.items);
    }
    const all = (await world.send('GET', '/v1/events')).body as unknown as EventPage;
    expect(new Set(all.items.map(({ account }) => account))).toEqual(new Set(['alice', 'bob']));
  });

  test('refuses a limit or a cursor that is none', async () => {
    const { send } = await openApiWorld();
    const queries = [
      'limit=0',
      'limit=1001',
      'limit=-1',
      'limit=1e2',
      'limit=',
      'limit=%31%00',
      'limit=1&limit=2',
    ];
    queries.push('cursor=', 'cursor=a b', 'cursor=abc', `cursor=${'1'.repeat(65)}`, 'cursor=1&cursor=2');
    for (const query of queries) {
      const reply = await send('GET', `/v1/events?${query}`);
      expect([query, reply.status, reply.problem]).toEqual([query, 400, 'invalid']);
    }
  });
});
