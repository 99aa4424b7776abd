import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test-programs/run-command.ts';
import { startService } from '../../test-programs/start-service.ts';
import { boundYoungHeap, type StartedProcess } from './bound-young-heap.ts';

function startedProcess(changes: Partial<StartedProcess> = {}) {
  const calls: (readonly [string, readonly string[] | undefined])[] = [];
  const started: StartedProcess = {
    execPath: '/usr/bin/node',
    execArgv: ['--no-warnings'],
    argv: ['/usr/bin/node', '/app/tidelock.js', 'serve', '--json'],
    env: {},
    connected: false,
    platform: 'linux',
    execve: ((file: string, args?: readonly string[]) => calls.push([file, args])) as never,
    ...changes,
  };
  boundYoungHeap(started);
  return calls;
}

test('a process is started over once, with its own flags and arguments', () => {
  const args = ['--max-semi-space-size=16', '--no-warnings', '/app/tidelock.js', 'serve', '--json'];
  expect(startedProcess()).toEqual([['/usr/bin/node', ['/usr/bin/node', ...args]]]);
});

test.each([
  ['the flag is there already', { execArgv: ['--max-semi-space-size=16'] }],
  ['an operator has set it', { env: { NODE_OPTIONS: '--max-semi-space-size=32' } }],
  ['an operator has set it in V8’s own spelling', { env: { NODE_OPTIONS: '--max_semi_space_size=32' } }],
  ['it talks to its parent', { connected: true }],
  ['the platform has no execve', { platform: 'win32' as const }],
])('nothing happens where %s', (_, changes) => {
  expect(startedProcess(changes)).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'the service runs with it, under the id that its starter knows',
  async () => {
    const service = await startService({ folder: temporaryFolder() });
    const flags = readFileSync(`/proc/${service.pid}/cmdline`, 'utf8').split('\0');
    expect(flags).toContain('--max-semi-space-size=16');
    service.signal('SIGTERM');
    expect(await service.ended).toBe(0);
  },
);
