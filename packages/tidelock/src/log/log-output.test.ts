import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLogOutput } from './log-output.ts';

test('lines arrive whole and in order, in few pieces', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'log');
  const fd = openSync(path, 'w');
  const output = createLogOutput(fd);
  const lines = Array.from({ length: 5_000 }, (_, index) => `${index} ${'x'.repeat(50)}\n`);
  for (const line of lines) output.write(line);
  await expect.poll(() => readFileSync(path, 'utf8').length).toBe(lines.join('').length);
  expect(readFileSync(path, 'utf8')).toBe(lines.join(''));
  output.write('the last\n');
  output.flushAtExit();
  expect(readFileSync(path, 'utf8')).toBe(`${lines.join('')}the last\n`);
  closeSync(fd);
});

test('a full disk costs lines and nothing else, and the end of the process does not wait for it', async () => {
  const fd = openSync('/dev/full', 'w');
  const output = createLogOutput(fd);
  for (let count = 0; count < 100; count += 1) output.write('x'.repeat(1_000));
  await new Promise((resolve) => setTimeout(resolve, 300));
  output.write('more\n');
  const started = performance.now();
  output.flushAtExit();
  expect(performance.now() - started).toBeLessThan(400);
  closeSync(fd);
});
