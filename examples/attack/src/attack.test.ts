import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('A2 B7 C18 the attack that a newcomer runs prints what happened', () => {
  const command = fileURLToPath(new URL('../bin/attack.js', import.meta.url));
  const output = execFileSync(process.execPath, [command], { encoding: 'utf8' });
  expect(output).toContain('1 accepted, 49 refused; the log says: replayed');
  expect(output).toContain('5 judged, 95 refused unseen, 0 accepted; the log says: locked');
  expect(output).toContain('refused (vault/open-failed); the log says: vault/open-failed');
});
