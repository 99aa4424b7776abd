import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairQueue } from './fair-queue.ts';

const limits = { itemsMax: 4, itemsOfKeyMax: 2 };

describe('a fair queue', () => {
  test('gives each key its turn, however much waits behind another', () => {
    const queue = new FairQueue<number>();
    for (let item = 0; item < 10; item++) queue.push('flood', item);
    queue.push('a', 100);
    queue.push('b', 200);
    expect(queue.take(limits)).toEqual([
      { key: 'flood', items: [0, 1] },
      { key: 'a', items: [100] },
      { key: 'b', items: [200] },
    ]);
    queue.push('c', 300);
    queue.release('flood');
    expect(queue.take(limits)).toEqual([
      { key: 'c', items: [300] },
      { key: 'flood', items: [2, 3] },
    ]);
  });

  test('gives nothing of a key that is out, and forgets one of which nothing waits', () => {
    const queue = new FairQueue<number>();
    queue.push('a', 1);
    queue.take(limits);
    queue.push('a', 2);
    expect(queue.turns).toBe(0);
    expect(queue.lengthOf('a')).toBe(1);
    queue.putBack('a', [1]);
    queue.release('a');
    expect(queue.take(limits)).toEqual([{ key: 'a', items: [1, 2] }]);
    queue.release('a');
    expect(queue.lengthOf('a')).toBe(0);
    expect(queue.turns).toBe(0);
  });

  test('takes all that waits away, and nothing of what is out', () => {
    const queue = new FairQueue<number>();
    for (const item of [1, 2, 3]) queue.push('a', item);
    queue.push('b', 4);
    queue.take({ itemsMax: 2, itemsOfKeyMax: 2 });
    expect(queue.clear()).toEqual([3, 4]);
    expect(queue.turns).toBe(0);
    queue.putBack('a', [1, 2]);
    queue.release('a');
    expect(queue.take(limits)).toEqual([{ key: 'a', items: [1, 2] }]);
  });

  test('whatever is pushed, taken and released: nothing is lost, doubled or out of order within its key', () => {
    const step = fc.oneof(
      fc.record({ push: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.constant({ take: true }),
      fc.record({ release: fc.nat(3) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new FairQueue<number>();
        const pushed: Record<string, number[]> = {};
        const taken: Record<string, number[]> = {};
        const out: string[] = [];
        let next = 0;
        const take = () => {
          for (const { key, items } of queue.take(limits)) {
            expect(out).not.toContain(key);
            expect(items.length).toBeLessThanOrEqual(limits.itemsOfKeyMax);
            out.push(key);
            (taken[key] ??= []).push(...items);
          }
        };
        for (const each of steps) {
          if ('push' in each) {
            (pushed[each.push] ??= []).push(next);
            queue.push(each.push, next++);
          } else if ('take' in each) take();
          else if (out.length > 0) queue.release(out.splice(each.release % out.length, 1)[0]!);
        }
        for (let turns = 0; turns < 100; turns += 1) {
          for (const key of out.splice(0)) queue.release(key);
          take();
        }
        expect(taken).toEqual(pushed);
      }),
    );
  });
});
