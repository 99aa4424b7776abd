import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { newKey } from '../../packages/tidelock/src/service/keys-file.ts';
import {
  endServices,
  newServiceHome,
  runTidelock,
  startService,
  type ServiceHome,
} from './running-service.ts';
import { serverEngines, type RunningEngine } from './store-engines.ts';

/** A machine of its own: another folder, and none of the first one's variables but the store's. */
function anotherMachine(home: ServiceHome, environment: Readonly<Record<string, string>> = {}): ServiceHome {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-machine-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { TIDELOCK_STORE = '' } = home.environment;
  return { ...home, folder, environment: { TIDELOCK_STORE, ...environment } };
}

const newHome = (engine: RunningEngine): ServiceHome => {
  const home = newServiceHome(engine.newStore());
  onTestFinished(() => home.remove());
  return home;
};

/** Every command is a process of its own. */
const timeoutMs = 90_000;

describe.each(serverEngines)('a store in $name', ({ isHere, start }) => {
  describe.runIf(isHere)('that machines share', () => {
    let engine: RunningEngine;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(async () => {
      endServices();
      await engine.stop();
    });

    test(
      'C17 is begun by "tidelock init" alone: a start with an empty one is refused, and makes nothing',
      async () => {
        const home = newHome(engine);
        const bare = anotherMachine(home);
        for (const args of [['serve'], ['account', 'show', 'user-1']]) {
          const refused = await runTidelock(home, args);
          expect(refused).toMatchObject({ status: 3, output: expect.stringContaining('tidelock init') });
          const keyless = await runTidelock(bare, args);
          expect(keyless.status).toBe(2);
          expect(keyless.output).toContain('export TIDELOCK_KEYS=$(tidelock keys new)');
          expect(keyless.output).toContain('run "tidelock init" once');
        }
        const keyless = await runTidelock(bare, ['init']);
        expect([keyless.status, keyless.output]).toEqual([2, expect.stringContaining('tidelock keys new')]);
        expect(readdirSync(bare.folder)).toEqual([]);
        expect((await runTidelock(home, ['init'])).status).toBe(0);
        const service = await startService(home);
        expect((await service.call('GET', '/v1/accounts/user-1')).status).toBe(200);
        expect(await service.stop()).toBe(0);
        expect(readdirSync(home.folder)).toEqual([]);
      },
      timeoutMs,
    );

    test(
      'C17 other keys, and none, are refused where there is data',
      async () => {
        const home = newHome(engine);
        await runTidelock(home, ['init']);
        const others = anotherMachine(home, { TIDELOCK_KEYS: newKey() });
        expect(await runTidelock(others, ['serve', '--json'])).toMatchObject({
          status: 3,
          output: expect.stringContaining('None of these keys belongs to this store'),
        });
        const keyless = await runTidelock(anotherMachine(home), ['serve']);
        expect([keyless.status, keyless.output]).toEqual([3, expect.stringContaining('set TIDELOCK_KEYS')]);
      },
      timeoutMs,
    );

    test(
      'F2 begun by five at once, with keys of their own, it has one winner, whose keys and API key hold',
      async () => {
        const home = newHome(engine);
        const machines = Array.from({ length: 5 }, () => anotherMachine(home, { TIDELOCK_KEYS: newKey() }));
        const runs = await Promise.all(machines.map((machine) => runTidelock(machine, ['init', '--json'])));
        const winners = runs.flatMap(({ status }, place) => (status === 0 ? [place] : []));
        expect(winners).toHaveLength(1);
        for (const [place, { status, output }] of runs.entries())
          if (place !== winners[0])
            expect([status, output]).toEqual([3, expect.stringContaining('store/already-initialised')]);
        const winner = machines[winners[0]!]!;
        const { apiKey } = JSON.parse(runs[winners[0]!]!.output) as { apiKey: string };
        const service = await startService({ ...winner, apiKey });
        expect((await service.call('GET', '/v1/accounts/user-1')).status).toBe(200);
        expect(await service.stop()).toBe(0);
        expect(JSON.parse((await runTidelock(winner, ['api-key', 'list', '--json'])).output)).toMatchObject({
          items: [{ label: 'first run' }],
        });
      },
      timeoutMs,
    );

    test(
      'the commands work beside a running service',
      async () => {
        const home = newHome(engine);
        await runTidelock(home, ['init']);
        const service = await startService(home);
        const path = '/v1/accounts/user-1';
        const { body } = await service.call('POST', `${path}/factors`, { kind: 'totp' });
        expect(body).toMatchObject({ factor: { kind: 'totp' } });
        for (const args of [
          ['keys', 'status'],
          ['keys', 'rotate'],
          ['account', 'show', 'user-1'],
          ['account', 'events', 'user-1'],
          ['account', 'export', 'user-1'],
          ['requirement', 'show'],
          ['audit', 'export'],
          ['audit', 'prune', '--keep-days', '30'],
          ['api-key', 'new'],
        ]) {
          const { status, output } = await runTidelock(home, args);
          expect([args, status, output]).toEqual([args, 0, expect.anything()]);
        }
        expect(await service.stop()).toBe(0);
      },
      timeoutMs,
    );

    test(
      'C16 a password in the URL is neither logged nor shown, not by an error either',
      async () => {
        const home = newHome(engine);
        const withPassword = (text: string): ServiceHome => {
          const url = new URL(text);
          url.password = 'hunter2-secret';
          return { ...home, environment: { ...home.environment, TIDELOCK_STORE: url.href } };
        };
        const right = withPassword(home.environment['TIDELOCK_STORE']!);
        const wrong = withPassword('postgres://u@127.0.0.1:9/none');
        const outputs: string[] = [];
        for (const [place, args] of [
          [right, ['serve']],
          [right, ['init']],
          [right, ['init']],
          [right, ['keys', 'status']],
          [wrong, ['serve', '--json']],
          [wrong, ['init']],
          [wrong, ['keys', 'status']],
        ] as const)
          outputs.push((await runTidelock(place, args)).output);
        const service = await startService(right);
        expect(await service.stop()).toBe(0);
        expect(service.output()).toContain('***@');
        expect([...outputs, service.output()].join('\n')).not.toContain('hunter2');
        expect(outputs.at(-1)).toContain('cannot be reached or failed');
      },
      timeoutMs,
    );
  });
});
