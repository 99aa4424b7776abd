import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { gather } from '../../test-programs/run-command.ts';
import { readableLine } from './readable-line.ts';

const built = fileURLToPath(new URL('../../dist/log/create-logger.js', import.meta.url));

/** Logs in a process of its own, which has a standard output to write to. */
function logIn(program: string) {
  const text = `import { createLogger } from ${JSON.stringify(built)};\n${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text]);
  child.stdin.end();
  return gather(child);
}

test('what was gathered is written before the process ends, whatever ends it', async () => {
  const program = `const logger = createLogger({ level: 'info', readable: false });
    for (let line = 0; line < 500; line++) logger.info({ line }, 'x');
    logger.debug({}, 'below the level');`;
  for (const ending of ['', 'process.exit(0);']) {
    const { status, output } = await logIn(program + ending);
    expect(status).toBe(0);
    const lines = output.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([...Array(500).keys()]);
  }
  const { status, output } = await logIn(`${program} throw new Error('unexpected');`);
  expect(status).toBe(1);
  expect(output.trim().split('\n')).toHaveLength(500);
});

test('a line waits for no other: it is written after a quarter of a second', async () => {
  const { output } = await logIn(`const logger = createLogger({ level: 'info', readable: false });
    logger.info({ n: 1 }, 'alone');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1000);`);
  expect(output).toContain('"message":"alone"');
});

describe('a line for people', () => {
  const stream = process.stderr;

  test('has the time of day, the level, the message and the rest, but nothing that is null', () => {
    const entry = {
      level: 30,
      time: '2026-11-22T18:30:00.000Z',
      status: 200,
      problem: null,
      message: 'request',
    };
    // oxlint-disable-next-line no-control-regex -- colours begin with an escape
    const line = readableLine(JSON.stringify(entry), stream).replaceAll(/\u001b\[\d+m/g, '');
    expect(line).toMatch(/^\d\d:\d\d:\d\d info {2}request status=200\n$/);
  });

  test('shows a fault beneath', () => {
    const entry = {
      level: 50,
      time: '2026-11-22T18:30:00.000Z',
      message: 'failed',
      fault: { name: 'Error' },
    };
    expect(readableLine(JSON.stringify(entry), stream)).toContain('failed\n  {"name":"Error"}\n');
  });
});
