import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importArgument, programPath, sourceArguments } from '../test-programs/start-program.ts';
import { readSystemCalls, type SystemCall } from '../test-programs/system-calls.ts';
import { temporaryFolder } from '../test-programs/temporary-folder.ts';

const isThere = process.platform === 'linux' && spawnSync('strace', ['-V']).status === 0;
if (!isThere) {
  const message =
    'strace is missing (apt-get install strace): that no answer leaves before the fsync is NOT tested here.';
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(message);
}

const commitCount = 20;

/** Runs the program that commits and says so, and gives the system calls that it made, in the order of their time. */
function traceCommits(...nodeArguments: string[]): SystemCall[] {
  const folder = temporaryFolder();
  const trace = join(folder, 'trace');
  const strace = ['-f', '-y', '-s', '64', '-e', 'trace=write,pwrite64,pwritev,fsync,fdatasync', '-o', trace];
  const program = [programPath('commit-and-say'), join(folder, 'tidelock.db'), String(commitCount)];
  execFileSync('strace', [...strace, process.execPath, ...sourceArguments, ...nodeArguments, ...program]);
  return readSystemCalls(readFileSync(trace, 'utf8'));
}

/** The versions of which the program spoke before the log that holds them was on the disk. */
function versionsSpokenTooEarly(calls: readonly SystemCall[]): number[] {
  const tooEarly: number[] = [];
  let isWritten = false;
  let isSynced = false;
  for (const { kind, file, text } of calls) {
    if (kind === 'write-begun' && file.endsWith('.db-wal')) {
      isWritten = true;
      isSynced = false;
    } else if (kind === 'sync-done' && file.endsWith('.db-wal')) {
      isSynced = true;
    } else if (kind === 'write-begun' && text.startsWith('committed ')) {
      if (!isWritten || !isSynced) tooEarly.push(Number(text.slice('committed '.length)));
      isWritten = false;
    }
  }
  return tooEarly;
}

function spokenLines(calls: readonly SystemCall[]): number {
  return calls.filter(({ kind, text }) => kind === 'write-begun' && text.startsWith('committed ')).length;
}

describe.runIf(isThere)('a system-call trace', () => {
  test('F1: no answer leaves before the write-ahead log is on the disk', () => {
    const calls = traceCommits();
    expect(spokenLines(calls)).toBe(commitCount);
    expect(versionsSpokenTooEarly(calls)).toEqual([]);
  });

  test('with synchronous=OFF every answer would leave too early: this measure can go red', () => {
    const calls = traceCommits(importArgument('turn-sync-off'));
    expect(spokenLines(calls)).toBe(commitCount);
    expect(versionsSpokenTooEarly(calls).length).toBe(commitCount);
  });
});
