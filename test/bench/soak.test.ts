import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { storeEngines } from '../service/store-engines.ts';

const program = fileURLToPath(new URL('../../bench/run.js', import.meta.url));

/** Long enough that some come a second time: nobody does before 65 seconds are over. */
const minutes = 1.25;
const perSecond = 120;
const timeout = 240_000;

/** The words of the program, for what can be started here. */
const engines = Object.entries({ SQLite: 'sqlite', PostgreSQL: 'postgres', Redis: 'redis' }).filter(
  ([name]) => storeEngines.some((engine) => engine.isHere && engine.name.startsWith(name)),
);

/** The soak of hours, for a minute: what must not happen then, must not happen here. Times are not looked at: the machine has other work. */
describe('a minute of sign-ins', () => {
  test.concurrent.for(engines)(
    'on %s: no error, everything answered, and no memory that runs away',
    { timeout },
    async ([, word]) => {
      const args = ['soak', '--engine', word, '--minutes', String(minutes), '--rate', String(perSecond)];
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]);
      const [, good, missed] = /; ([\d,]+) answered rightly, no error, (\d+) not sent in time\./.exec(
        stdout,
      )!;
      const sent = minutes * 60 * perSecond;
      expect(Number(good!.replaceAll(',', '')) + Number(missed)).toBe(sent);
      // Every round of people waits until its first one may come again.
      expect(Number(missed)).toBeLessThan(sent / 10);
      const [, memory] = /last against second.*\| +([\d.]+) × \|$/m.exec(stdout)!;
      expect(Number(memory)).toBeLessThan(1.25);
    },
  );
});
