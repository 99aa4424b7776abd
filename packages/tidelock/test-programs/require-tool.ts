import { spawnSync } from 'node:child_process';

/** Whether a tool of the system is there. Where it is not, this is said, and with `CI=true` it is a failure. */
export function requireTool(name: string): boolean {
  if (spawnSync(name, ['--version']).error === undefined) return true;
  if (process.env['CI'] === 'true') throw new Error(`${name} is missing, and CI tests against it.`);
  console.warn(`SKIPPED: ${name} is not installed, so that nothing is compared with it.`);
  return false;
}
