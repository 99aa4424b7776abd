import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { auditEventKinds } from '../../packages/engine/src/account/audit-event.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/audit.md', root), 'utf8');
const rows = [...page.matchAll(/^\| `([a-z-]+)` +\| (?:`([a-z_]+)`)? *\| (\S.*) \|$/gm)];

/** Decisions that change nothing by themselves: what they are parts of logs. */
const parts: ReadonlySet<string> = new Set([
  'attempt',
  'backup-code-set',
  'contact-book',
  'decision',
  'find-codes',
  'issue-proof',
  'judge-factor',
  'judge-mailed-code',
  'message',
  'open-secret',
  'opening',
  'preparation',
  'recovery-view',
  'prune-events',
  'seek-clock',
  'spend-proof',
  'verify-request',
]);

/** The sources of the engine that may log, without tests. */
function sources(folder: string): { readonly name: string; readonly text: string }[] {
  const place = new URL(`packages/engine/src/${folder}/`, root);
  return readdirSync(place)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => ({ name: name.slice(0, -3), text: readFileSync(new URL(name, place), 'utf8') }));
}

test('LOG-09 LOG-10 docs/audit.md lists every kind of event with its OWASP name, and no other', () => {
  expect(Object.fromEntries(rows.map(([, kind, owasp]) => [kind, owasp ?? null]))).toEqual(auditEventKinds);
  expect(rows).toHaveLength(Object.keys(auditEventKinds).length);
});

test('LOG-01 every decision logs what it decides: one without an event is named here, or fails', () => {
  const silent = [...sources('decisions'), ...sources('decisions/recovery')].filter(
    ({ text }) => !/\bkind: '[a-z-]+'/.test(text),
  );
  const unknown = silent.map(({ name }) => name).filter((name) => !parts.has(name));
  expect(unknown).toEqual([]);
});

test('LOG-01 every kind of event is made somewhere', () => {
  const folders = ['decisions', 'decisions/recovery', '.', 'audit', 'desks'];
  const all = folders.flatMap(sources);
  const text = all.map((source) => source.text).join('\n');
  // A tombstone is no act.
  const kinds = Object.keys(auditEventKinds).filter((kind) => kind !== 'erased');
  expect(kinds.filter((kind) => !text.includes(`'${kind}'`))).toEqual([]);
});
