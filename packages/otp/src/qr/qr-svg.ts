import { layOutQr, type QrOptions } from './qr-modules.ts';

/**
 * A QR code as SVG, black on a white ground of its own, so that it can be read on a dark page too. The text is in it only as a
 * picture: nothing of it is copied into the markup.
 *
 * @throws OtpError `otp/qr-too-long`; TypeError, RangeError for wrong options
 */
export function qrSvg(text: string, options: QrOptions = {}): string {
  const { modules, margin, across, size } = layOutQr(text, options, 'qrSvg');
  const path = modules.flatMap((row, y) =>
    runsOf(row).map(([x, width]) => `M${x + margin} ${y + margin}h${width}v1h-${width}z`),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${across} ${across}"`,
    ' shape-rendering="crispEdges" role="img" aria-label="QR code">',
    `<path fill="#fff" d="M0 0h${across}v${across}H0z"/><path fill="#000" d="${path.join('')}"/></svg>`,
  ].join('');
}

/** The dark stretches of a row: where each begins, and how long it is. */
function runsOf(row: readonly boolean[]): [start: number, width: number][] {
  const runs: [number, number][] = [];
  for (let x = 0; x < row.length; x++) {
    if (row[x] !== true) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === x) last[1]++;
    else runs.push([x, 1]);
  }
  return runs;
}
