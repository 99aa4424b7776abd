// One process of a race: spends from one budget as often as its parent says, all at once, and tells how often it was allowed.
//   spender.ts URL
import { setTimeout as pause } from 'node:timers/promises';
import { openLimiter } from './open-limiter.ts';

const { limiter } = openLimiter(process.argv[2] ?? '');
const budget = { name: 'race', points: 100, seconds: 60 };

process.on('message', ({ key, times }: { readonly key: string; readonly times: number }) => {
  void race(key, times);
});

async function race(key: string, times: number): Promise<void> {
  const spent = await Promise.allSettled(Array.from({ length: times }, () => limiter.spend(key, budget)));
  const outcomes = spent.map((one) => (one.status === 'fulfilled' ? one.value.outcome : String(one.reason)));
  process.send?.({ outcomes });
}

/** Connected before the race begins. */
async function warmUp(): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await limiter.spend('warm-up', budget).catch(() => null)) !== null) break;
    await pause(50);
  }
  process.send?.('ready');
}

void warmUp();
