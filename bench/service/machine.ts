import { cpus, totalmem } from 'node:os';

/** What figures were measured on. */
export function describeMachine(): string {
  return `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`;
}
