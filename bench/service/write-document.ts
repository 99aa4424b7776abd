import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawChart } from './draw-chart.ts';
import { formatResults } from './format-results.ts';
import type { Results } from './results.ts';

const documentUrl = new URL('../../docs/benchmarks.md', import.meta.url);
const chartUrl = new URL('../../docs/images/verifications.svg', import.meta.url);

/** What stands between two marks of docs/benchmarks.md; all around them is written by hand. */
export function writeSection(name: 'service' | 'soak', text: string): void {
  const [begin, end] = [`<!-- ${name}: written by npm run bench -->`, `<!-- /${name} -->`];
  const document = readFileSync(documentUrl, 'utf8');
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from)
    throw new Error(`docs/benchmarks.md has no section between "${begin}" and "${end}".`);
  writeFileSync(documentUrl, `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`);
  console.log(`Written: ${fileURLToPath(documentUrl)}`);
}

/** The tables of a run, and its chart. */
export function writeDocument(results: Results): void {
  writeSection('service', formatResults(results));
  const connections = Math.max(...results.rows.map((row) => row.connections));
  const rows = results.rows.filter((row) => row.connections === connections);
  const rightOnes = rows.filter(({ subject }) => subject === 'right' || subject === 'peer');
  const bars = rightOnes.map(({ engine, subject, perSecond }) => ({
    name: `${subject === 'right' ? 'Tidelock' : 'better-auth'}, ${engine}`,
    value: perSecond,
    isOurs: subject === 'right',
  }));
  const floors = rows.filter(({ subject }) => subject === 'echo').map(({ perSecond }) => perSecond);
  const floor = floors.toSorted((one, other) => one - other)[floors.length >> 1] ?? 0;
  const title = `Durable verifications a second, ${connections} connections`;
  writeFileSync(
    chartUrl,
    drawChart(title, [{ name: 'bare node:http echo', value: floor, isOurs: false }, ...bars]),
  );
}
