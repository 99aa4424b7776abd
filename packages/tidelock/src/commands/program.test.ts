import { cpSync, mkdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { commandPath, temporaryFolder, tidelock } from '../../test-programs/run-command.ts';
import { createProgram } from './program.ts';

const shell = {
  environment: {},
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  interrupted: () => new AbortController().signal,
};

/** Every command with the words that call it. */
function commandsOf(command: Command, words: readonly string[] = []): (readonly [string, Command])[] {
  const own = [words.join(' '), command] as const;
  return [own, ...command.commands.flatMap((child) => commandsOf(child, [...words, child.name()]))];
}

const all = commandsOf(createProgram(shell, () => undefined));

test('the commands are those of the design', () => {
  expect(all.map(([words]) => words).sort((a, b) => a.localeCompare(b))).toEqual([
    '',
    'account',
    'account erase',
    'account events',
    'account export',
    'account reset',
    'account show',
    'account unlock',
    'api-key',
    'api-key list',
    'api-key new',
    'api-key revoke',
    'audit',
    'audit export',
    'audit prune',
    'audit verify',
    'code',
    'enroll',
    'import',
    'init',
    'keys',
    'keys new',
    'keys rotate',
    'keys status',
    'qr',
    'requirement',
    'requirement dry-run',
    'requirement set',
    'requirement show',
    'secret',
    'serve',
    'store',
    'store copy',
    'store restored',
    'uri',
    'verify',
  ]);
});

describe.each(all)('tidelock %s', (words, command) => {
  test('--help has examples of it, and status 0', async () => {
    const run = await tidelock([...words.split(' ').filter(Boolean), '--help']);
    expect(run).toMatchObject({ status: 0, errors: '' });
    expect(run.output).toContain(`Examples:\n  $ tidelock ${words}`);
  });

  test.runIf(command.commands.length === 0)('has --json', () => {
    expect(command.options.map(({ long }) => long)).toContain('--json');
  });
});

test('without a command, the help is shown on standard error with status 2', async () => {
  const run = await tidelock([]);
  expect(run).toMatchObject({ status: 2, output: '' });
  expect(run.errors).toContain('Usage: tidelock');
});

test('an unknown command has status 2', async () => {
  const run = await tidelock(['cod']);
  expect(run).toMatchObject({ status: 2, output: '' });
  expect(run.errors).toContain("unknown command 'cod'");
});

test('with --json, an error is one JSON object on standard output, too', async () => {
  const run = await tidelock(['code', 'CodingFleet', '--json']);
  expect(JSON.parse(run.output)).toMatchObject({ error: { status: 2, code: 'otp/invalid-base32' } });
  expect(run.errors).toContain('--from-text');
});

describe('bin/tidelock.js', () => {
  const old =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.9.0' } })";
  const asOldNode = [`--import=data:text/javascript,${encodeURIComponent(old)}`];

  test('says in a checkout which command uses the right Node', async () => {
    const run = await tidelock(['secret'], { node: asOldNode });
    expect(run).toMatchObject({ status: 3, output: '' });
    expect(run.errors).toContain('This is Node.js 22.9.0, and Tidelock needs 24');
    expect(run.errors).toContain('npx tidelock');
  });

  test('says elsewhere what to install, and where there is no build, how to make it', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'bin'));
    cpSync(dirname(commandPath), join(folder, 'bin'), { recursive: true });
    const run = (node: readonly string[]) =>
      spawnSync(process.execPath, [...node, join(folder, 'bin/tidelock.js')], { encoding: 'utf8' });
    expect(run(asOldNode).stderr).toContain('Install Node.js 24');
    expect(run([])).toMatchObject({ status: 3, stderr: expect.stringContaining('npm run build') });
  });
});
