/** One bar. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly isOurs: boolean;
}

const width = 760;
const barHeight = 22;
const gap = 10;
const nameWidth = 230;
const valueWidth = 80;
const top = 44;

/** Bars that lie, the longest first, as an SVG that is readable on light and dark alike. */
export function drawChart(title: string, bars: readonly Bar[]): string {
  const sorted = bars.toSorted((one, other) => other.value - one.value);
  const most = Math.max(1, ...sorted.map(({ value }) => value));
  const height = top + sorted.length * (barHeight + gap) + gap;
  const lines = sorted.flatMap(({ name, value, isOurs }, place) => {
    const y = top + place * (barHeight + gap);
    const length = Math.max(1, (value / most) * (width - nameWidth - valueWidth));
    const middle = y + barHeight * 0.7;
    return [
      `  <text x="${nameWidth - 12}" y="${middle}" text-anchor="end">${escape(name)}</text>`,
      `  <rect x="${nameWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="3" fill="${isOurs ? '#0e7490' : '#94a3b8'}"/>`,
      `  <text x="${(nameWidth + length + 8).toFixed(1)}" y="${middle}">${Math.round(value).toLocaleString('en')}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="14" fill="#1e293b">`,
    `  <title>${escape(title)}</title>`,
    `  <rect width="100%" height="100%" fill="#ffffff"/>`,
    `  <text x="${gap}" y="26" font-weight="600">${escape(title)}</text>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
