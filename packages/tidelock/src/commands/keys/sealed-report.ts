import type { CountedKind, KeyCensus } from '@tidelock/engine';

type Counts = { readonly [kind in CountedKind]?: number };

const names: { readonly [kind in CountedKind]?: string } = {
  secret: 'secrets',
  'backup-codes': 'backupCodeLists',
  message: 'messages',
};

/** How many values there are in all. */
export function totalOf(counts: Counts | undefined): number {
  return Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
}

/** The counts under the names that programs read. */
export function sealedObject(counts: Counts | undefined): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(counts ?? {}).map(([kind, count]) => [names[kind as CountedKind] ?? kind, count]),
  );
}

const faultsShown = 20;

/** One line for each value that cannot be read, and what to do. The ids of accounts are for the operator who asked. */
export function describeFaults({ faults, faultCount }: KeyCensus): readonly string[] {
  if (faultCount === 0) return [];
  const lines = faults
    .slice(0, faultsShown)
    .map(({ id, code }) => `  ${code}  ${JSON.stringify(id.tenant)} ${JSON.stringify(id.account)}`);
  return [
    `${faultCount} values or records cannot be read. They were left as they are, and keep their keys; docs/errors.md says what to do.`,
    ...lines,
    ...(faultCount > lines.length ? [`  and ${faultCount - lines.length} more`] : []),
  ];
}
