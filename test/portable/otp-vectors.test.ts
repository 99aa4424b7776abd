import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { ensureRuntime, isInstalled, runtimes, type RuntimeName } from '../../bench/otp/runtimes.ts';
import { launchBrowser } from '../e2e/browser.ts';

/** `TIDELOCK_TEST_SLOW=1` fetches every runtime from npm; otherwise those that were fetched before take part. */
const isSlow = process.env['TIDELOCK_TEST_SLOW'] === '1';
const root = fileURLToPath(new URL('../..', import.meta.url));
const program = 'test/portable/otp-vectors.js';
const passed = /^\d{4} checks passed$/;

beforeAll(() => {
  execFileSync(`${root}node_modules/.bin/tsc`, ['-b', 'packages/otp'], { cwd: root });
});

test('the vectors pass in plain Node.js, without a runner', () => {
  expect(execFileSync(process.execPath, [program], { cwd: root, encoding: 'utf8' }).trim()).toMatch(passed);
});

const known = Object.keys(runtimes) as RuntimeName[];
const present = known.filter((name) => isSlow || isInstalled(name));
const absent = known.filter((name) => !present.includes(name));
if (absent.length > 0) console.warn(`SKIPPED: ${absent.join(', ')}; TIDELOCK_TEST_SLOW=1 fetches them.`);

test.each(present)('the vectors pass in %s', { timeout: 400_000 }, (name) => {
  const { command, flags } = ensureRuntime(name);
  expect(execFileSync(command, [...flags, program], { cwd: root, encoding: 'utf8' }).trim()).toMatch(passed);
});

test.skipIf(!existsSync('/usr/bin/chromium'))('the vectors pass in Chromium', async () => {
  const types: Record<string, string> = { '.js': 'text/javascript', '.json': 'application/json' };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const type = types[extname(path)];
    const isOurs =
      /^\/(test\/(portable|vectors)|packages\/otp\/dist)\/[a-z0-9./-]+$/.test(path) && !path.includes('..');
    if (type === undefined || !isOurs) {
      response.writeHead(path === '/' ? 200 : 404, { 'content-type': 'text/html' }).end('<!doctype html>');
      return;
    }
    response.writeHead(200, { 'content-type': type }).end(readFileSync(`${root}${path.slice(1)}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const count = await page.evaluate(`import('/${program}').then((suite) => suite.checkOtpVectors())`);
    expect(`${String(count)} checks passed`).toMatch(passed);
  } finally {
    await browser.close();
    server.close();
  }
});
