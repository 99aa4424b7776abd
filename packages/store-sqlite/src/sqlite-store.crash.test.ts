import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { importArgument, programPath, sourceArguments } from '../test-programs/start-program.ts';
import { temporaryFolder } from '../test-programs/temporary-folder.ts';
import { sqliteStore } from './sqlite-store.ts';

const alice = { tenant: 'acme', account: 'alice' };
const secondCommit = { commit: '2' };

async function runInParallel(
  path: string,
  settings: Record<string, string>,
  ...rest: string[]
): Promise<unknown> {
  const nodeArguments = [...sourceArguments, importArgument('break-commit', settings)];
  const program = [programPath('commit-in-parallel'), path, ...rest];
  const { stdout } = await promisify(execFile)(process.execPath, [...nodeArguments, ...program]);
  return JSON.parse(stdout);
}

describe('a worker that is lost in the middle of a commit', () => {
  test.each([
    ['before COMMIT', 'end-before', 1],
    ['after COMMIT', 'end-after', 2],
  ])(
    'F1: %s, the commit is unknown, a load is refused, and a new worker goes on',
    async (_, how, version) => {
      const path = join(temporaryFolder(), 'tidelock.db');
      expect(await runInParallel(path, { ...secondCommit, how })).toEqual({
        first: ['committed'],
        inFlight: [['unknown', 'unknown'], 'store/unavailable'],
        versions: [version, 0],
        // The new worker counts its commits from one; this is its first.
        again: ['committed'],
      });
    },
  );

  test('F1: a COMMIT whose fsync failed is unknown, a conflict of the same call is still one', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    expect(await runInParallel(path, { ...secondCommit, how: 'fsync-fails' })).toEqual({
      first: ['committed'],
      inFlight: [
        ['unknown', 'conflict'],
        [expect.objectContaining({ version: 1 }), null],
      ],
      versions: [1, 0],
      again: ['committed'],
    });
  });

  test('a worker that comes after a deleted file does not make it anew', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const result = await runInParallel(path, { ...secondCommit, how: 'end-before' }, 'after-all');
    expect(result).toMatchObject({ versions: 'store/unavailable', again: 'store/unavailable' });
    expect(existsSync(path)).toBe(false);
  });

  test('a connection that is opened again after a deleted file does not make it anew', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const result = await runInParallel(path, { commit: '1', how: 'fsync-fails' }, 'after-first');
    expect(result).toMatchObject({
      first: ['unknown'],
      versions: 'store/unavailable',
      again: 'store/unavailable',
    });
    expect(existsSync(path)).toBe(false);
  });

  test('what lived in memory only is not made anew', async () => {
    const result = await runInParallel(':memory:', { ...secondCommit, how: 'end-before' });
    expect(result).toMatchObject({ versions: 'store/unavailable', again: 'store/unavailable' });
  });
});

describe('a process', () => {
  test('F1: killed at any moment, it has kept every commit that it spoke of, with its event', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    let spoken = 0;
    for (let round = 0; round < 5; round++) {
      const program = [programPath('commit-and-say'), path, '100000'];
      const child = spawn(process.execPath, [...sourceArguments, ...program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      const wanted = spoken + 7 + 13 * round;
      for await (const line of createInterface(child.stdout)) {
        const [result, version] = line.split(' ');
        if (result === 'committed') spoken = Number(version);
        if (spoken >= wanted) child.kill('SIGKILL');
      }
      await exited;
      const store = sqliteStore(path);
      const version = (await store.load([alice]))[0]?.version ?? 0;
      // One commit may have been carried out whose line was not written any more.
      expect(version - spoken).toBeGreaterThanOrEqual(0);
      expect(version - spoken).toBeLessThanOrEqual(1);
      const sequences: number[] = [];
      for await (const { sequence } of store.readEvents({ ...alice, limit: 1_000 })) sequences.push(sequence);
      expect(sequences).toEqual(Array.from({ length: version }, (_, index) => version - index));
      await store.close();
      spoken = version;
    }
  });

  test('ends by itself when nothing is in flight, though the store was not closed', async () => {
    const path = join(temporaryFolder(), 'tidelock.db');
    const run = promisify(execFile)(
      process.execPath,
      [...sourceArguments, programPath('commit-and-say'), path, '2'],
      {
        timeout: 10_000,
      },
    );
    expect((await run).stdout).toBe('committed 1\ncommitted 2\n');
  });
});
