import type { FirstRun } from './first-run.ts';

/** What an operator is told of a first run: the only time that the API key is shown. */
export function describeFirstRun({ apiKey, keysPath, store, resumed }: FirstRun): string {
  const lines = [
    resumed ? 'An earlier first run had broken off; it was carried on.' : 'A new store was begun.',
    `  store    ${store}`,
  ];
  if (keysPath !== null)
    lines.push(
      `  keys     ${keysPath}   Keep a copy elsewhere: without it nobody's second factor can be opened.`,
    );
  if (apiKey !== null) lines.push(`  API key  ${apiKey}   Shown this once; tenant "default", every scope.`);
  return `${lines.join('\n')}\n`;
}
