import type { FirstRun } from './open-service.ts';

/** What an operator is told of a first run: the only time that the API key is shown. */
export function describeFirstRun({ apiKey, keysPath, storePath, resumed }: FirstRun): string {
  const lines = [
    resumed ? 'An earlier first run had broken off; it was carried on.' : 'A new store was begun.',
    `  store    ${storePath}`,
  ];
  if (keysPath !== null)
    lines.push(
      `  keys     ${keysPath}   Keep a copy elsewhere: without it nobody's second factor can be opened.`,
    );
  if (apiKey !== null) lines.push(`  API key  ${apiKey}   Shown this once; tenant "default", every scope.`);
  return `${lines.join('\n')}\n`;
}
