import { expect, test } from 'vitest';
import type { AuditEvent } from './account/audit-event.ts';
import { bodyText, createAuditChain } from './audit-chain.ts';
import { nodePlatform } from './platform/node-crypto.ts';
import { enrollAccount, openTestTidelock } from './testing/enrolled-account.ts';

const auditKey = nodePlatform.importMacKey(new Uint8Array(32).fill(9));
const chain = createAuditChain(nodePlatform, () => auditKey);
const id = { tenant: 'default', account: 'alice' };

function threeEvents(): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (const note of ['first', 'second', 'third']) {
    const last = events.at(-1);
    const tail = { count: last?.sequence ?? 0, link: last?.link ?? '' };
    events.push(chain.append(id, tail, 1000 + events.length, { kind: 'unlocked', actor: 'carol', note }));
  }
  return events;
}

/** Where the chain breaks: at the first event whose body or link is not what it should be. */
function brokenAt(events: readonly AuditEvent[]): number | null {
  let previous = '';
  for (const [index, event] of events.entries()) {
    if (event.sequence !== index + 1) return index;
    if (nodePlatform.digest(bodyText(event)) !== event.bodyHash) return index;
    if (chain.linkOf(previous, event) !== event.link) return index;
    previous = event.link;
  }
  return null;
}

test('B09 LOG-05 each event ties itself to the one before: an edit, a deletion, a swap and a repetition show', () => {
  const [first, second, third] = threeEvents() as [AuditEvent, AuditEvent, AuditEvent];
  expect(brokenAt([first, second, third])).toBeNull();
  expect(brokenAt([first, { ...second, note: 'something else' }, third])).toBe(1);
  const forged = { ...second, note: 'something else' };
  expect(brokenAt([first, { ...forged, bodyHash: nodePlatform.digest(bodyText(forged)) }, third])).toBe(1);
  expect(brokenAt([first, third])).toBe(1);
  expect(brokenAt([first, { ...third, sequence: 2 }, { ...second, sequence: 3 }])).toBe(1);
  expect(brokenAt([first, { ...second, account: 'bob' }, third])).toBe(1);
  expect(brokenAt([{ ...first, sequence: 1, tenant: 'defaulta', account: 'lice' }, second, third])).toBe(0);
});

test('every member that an event may have is covered by its hash', () => {
  const [event] = threeEvents() as [AuditEvent];
  const members: Partial<AuditEvent> = {
    at: 1,
    kind: 'locked',
    factorId: 'x',
    method: 'x',
    reason: 'x',
    actor: 'x',
    note: 'x',
    purpose: 'x',
    failures: 1,
    codesLeft: 1,
    until: 1,
    salt: 'x',
  };
  for (const [member, value] of Object.entries(members)) {
    expect(bodyText({ ...event, [member]: value }), member).not.toBe(bodyText(event));
  }
});

test('the chain of an account goes on over processes, and its tail stands in the record', async () => {
  const bench = openTestTidelock();
  await enrollAccount(bench);
  const other = openTestTidelock({ store: bench.store });
  await other.tidelock.verify('alice', { code: '000000' });
  const { items } = await bench.tidelock.events('alice', { limit: 100 });
  expect(items).toHaveLength(4);
  const [stored] = await bench.store.load([{ tenant: 'default', account: 'alice' }]);
  expect(JSON.parse(stored!.record!)).toMatchObject({ eventCount: 4, eventLink: items[0]!.link });
  for (const event of items) expect(nodePlatform.digest(bodyText(event))).toBe(event.bodyHash);
});
