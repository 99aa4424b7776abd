import { expect, test } from 'vitest';
import { nodePlatform } from './platform/node-crypto.ts';
import { createPreparer, preparerLimits } from './preparer.ts';

/** A hash that waits until it is let go, so that a test sees how many are under way. */
function heldHash() {
  const held: (() => void)[] = [];
  const passwordHash = {
    hash: () => new Promise<Uint8Array>((resolve) => held.push(() => resolve(new Uint8Array(32)))),
  };
  return { held, preparer: createPreparer({ ...nodePlatform, passwordHash }) };
}

const cost = { memoryKib: 19 * 1024, passes: 2, parallelism: 1 };
const turns = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('LOOK-11 no more hashes are under way than the limit, whoever asks', async () => {
  const { held, preparer } = heldHash();
  const asked = Array.from({ length: 20 }, () =>
    preparer.prepare({ kind: 'hash', code: 'x', salt: 'AAAA', cost }),
  );
  for (let done = 0; done < 20; done += 1) {
    await turns();
    expect(held.length - done).toBeLessThanOrEqual(preparerLimits.hashesAtOnce);
    held[done]!();
  }
  await expect(Promise.all(asked)).resolves.toHaveLength(20);
});

test('the work of one account is done one after another, and a failure does not stop the line', async () => {
  const { preparer } = heldHash();
  const order: string[] = [];
  const work = (name: string, fails = false) =>
    preparer.alone('alice', async () => {
      order.push(`${name} begins`);
      await turns();
      order.push(`${name} ends`);
      if (fails) throw new Error(name);
    });
  await Promise.allSettled([
    work('first', true),
    work('second'),
    preparer.alone('bob', async () => order.push('bob')),
  ]);
  expect(order).toEqual(['first begins', 'bob', 'first ends', 'second begins', 'second ends']);
});

test('B11 one account cannot fill the queue of all', async () => {
  const { preparer } = heldHash();
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const { queueMaxOfAccount } = preparerLimits;
  const flood = Array.from({ length: queueMaxOfAccount }, () => preparer.alone('alice', () => gate));
  await expect(preparer.alone('alice', () => gate)).rejects.toMatchObject({ code: 'engine/overloaded' });
  await expect(preparer.alone('bob', async () => 'served')).resolves.toBe('served');
  open();
  await Promise.all(flood);
  await expect(preparer.alone('alice', async () => 'served')).resolves.toBe('served');
});
