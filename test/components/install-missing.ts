import { ensureCommands, systemCommands } from './system-packages.ts';

/** Runs once before all tests. */
export function setup(): void {
  ensureCommands(systemCommands);
}
