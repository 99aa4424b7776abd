import type { FirstRun } from 'tidelock';

export interface Start {
  readonly url: string;
  readonly firstRun: FirstRun | null;
}

/** What is printed when the demo is ready: where it is, what to do, and one call of the API. */
export function describeStart({ url, firstRun }: Start): string {
  const key = firstRun?.apiKey ?? null;
  const lines = [
    '',
    `  ${url}`,
    '',
    '  1. Open it and create an account.',
    '  2. Turn two-factor authentication on. No phone at hand? The page has a command that shows codes.',
    '  3. Sign out, sign in again, and watch here what happens.',
    '',
    key === null
      ? '  The same engine for programs (a key is made by: npx tidelock api-key new)'
      : '  The same engine for programs. The API key is shown this once:',
    `  curl ${url}/v1/accounts/user-1 -H 'Authorization: Bearer ${key ?? '…'}'`,
    '',
  ];
  if (firstRun !== null && firstRun.keysPath !== null)
    lines.push(
      `  New keys are in ${firstRun.keysPath}; without them nobody's second factor can be opened.`,
      '',
    );
  return lines.join('\n');
}
