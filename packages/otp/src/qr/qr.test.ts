import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsQr from 'jsqr';
import { unzlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { qrDataUri, qrPng, qrPngBase64 } from './qr-png.ts';
import { qrSvg } from './qr-svg.ts';
import { qrTerminal } from './qr-terminal.ts';

/** The package's types speak of a default export of a CommonJS module; what is imported is the function itself. */
const decodeQr = jsQr as unknown as typeof jsQr.default;

const uri =
  'otpauth://totp/ACME%20Co:alice%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=ACME%20Co';
const long = `${uri}&algorithm=SHA512&digits=8&period=60&x=${'%E4%BE%8B'.repeat(60)}`;

const installed = spawnSync('zbarimg', ['--version']).error === undefined;
if (!installed)
  console.warn(
    'SKIPPED: zbarimg is not installed, so no QR file is read with it (apt-get install zbar-tools).',
  );
/** In CI a missing tool is a failure; elsewhere the test is skipped, and said to be. */
const runIf = installed || process.env['CI'] === 'true' ? it : it.skip;

/** What a reader that is not ours finds in a file. */
function scan(name: string, contents: Uint8Array | string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-qr-'));
  try {
    const file = join(folder, name);
    writeFileSync(file, contents);
    const { stdout, stderr } = spawnSync('zbarimg', ['--quiet', '--raw', file], { encoding: 'utf8' });
    return stdout === '' ? `nothing: ${stderr}` : stdout.replace(/\n$/, '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A bitmap of a square of bits, true for dark, each as many pixels wide. */
function paint(
  dark: readonly (readonly boolean[])[],
  scale: number,
): { pixels: Uint8ClampedArray; size: number } {
  const size = dark.length * scale;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (dark[Math.floor(y / scale)]?.[Math.floor(x / scale)])
        pixels.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return { pixels, size };
}

/** The pixels of our PNG, read back by the rules of the format. */
function readPng(png: Uint8Array): boolean[][] {
  const view = Buffer.from(png);
  const size = view.readUInt32BE(16);
  const at = view.indexOf('IDAT');
  const rows = Buffer.from(unzlibSync(view.subarray(at + 4, at + 4 + view.readUInt32BE(at - 4))));
  const width = Math.ceil(size / 8) + 1;
  const bit = (x: number, y: number) => (rows[y * width + 1 + (x >> 3)]! >> (7 - (x & 7))) & 1;
  return Array.from({ length: size }, (_, y) => Array.from({ length: size }, (__, x) => bit(x, y) === 0));
}

describe('PNG (S04)', () => {
  runIf('S04: zbarimg reads it, at the default size, at the smallest and at a large one', () => {
    expect(scan('default.png', qrPng(uri))).toBe(uri);
    for (const options of [
      { size: 98 },
      { size: 120, margin: 6 },
      { size: 131, margin: 1 },
      { size: 1000 },
    ]) {
      expect(scan('other.png', qrPng(uri, options))).toBe(uri);
    }
    for (const options of [{}, { size: 600 }]) expect(scan('long.png', qrPng(long, options))).toBe(long);
  });

  it('S04: is 200 by 200 pixels by default, one bit each, and small', () => {
    const png = Buffer.from(qrPng(uri));
    expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    expect([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]]).toEqual([200, 200, 1, 0]);
    expect(png.length).toBeLessThan(1500);
  });

  it('S04: another reader finds the text too, and the quiet zone is as wide as was asked for', () => {
    const dark = readPng(qrPng(uri, { size: 205, margin: 7 }));
    const { pixels, size } = paint(dark, 2);
    expect(decodeQr(pixels, size, size)?.data).toBe(uri);
    const scale = Math.floor(205 / (41 + 14));
    expect(
      dark
        .slice(0, 7 * scale)
        .flat()
        .some(Boolean),
    ).toBe(false);
    expect(dark.some((row) => row.slice(-7 * scale).some(Boolean))).toBe(false);
  });

  it('S17: the data URI and the base64 are those of the file', () => {
    const base64 = Buffer.from(qrPng(uri)).toString('base64');
    expect(qrPngBase64(uri)).toBe(base64);
    expect(qrDataUri(uri)).toBe(`data:image/png;base64,${base64}`);
    for (let size = 60; size < 66; size++) {
      expect(qrPngBase64('a', { size })).toBe(Buffer.from(qrPng('a', { size })).toString('base64'));
    }
  });

  it('a size that cannot hold the modules is refused with the size that can', () => {
    expect(() => qrPng(uri, { size: 48 })).toThrow(expect.objectContaining({ code: 'otp/qr-too-small' }));
    expect(() => qrPng(uri, { size: 48 })).toThrow(/49 modules/);
    expect(qrPng(uri, { size: 41, margin: 0 })).toBeInstanceOf(Uint8Array);
  });
});

describe('SVG (S04)', () => {
  it('S04: has a white ground, the size that was asked for, and the modules of the PNG', () => {
    const svg = qrSvg(uri, { size: 300, margin: 2 });
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="300" height="300" viewBox="0 0 45 45"/,
    );
    expect(svg).toContain('<path fill="#fff" d="M0 0h45v45H0z"/>');
    const dark = Array.from({ length: 45 }, () => Array.from({ length: 45 }, () => false));
    for (const [, x, y, width] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
      for (let at = 0; at < Number(width); at++) dark[Number(y)]![Number(x) + at] = true;
    }
    expect(dark).toEqual(readPng(qrPng(uri, { size: 45, margin: 2 })));
  });

  it('nothing of the text is in the markup', () => {
    expect(qrSvg('"><script>alert(1)</script>')).not.toContain('script');
  });
});

describe('terminal (S04)', () => {
  /** A terminal that knows the two colours and the block characters; what is not painted has the colour of its ground. */
  function show(text: string, ground: boolean): boolean[][] {
    const rows = text
      .split('\n')
      .slice(0, -1)
      .flatMap((line) => {
        const parts = /^\u001b\[38;5;16;48;5;231m([ ▀▄█]*)\u001b\[0m$/.exec(line);
        const cells = [...(parts?.[1] ?? '')];
        return [
          cells.map((cell) => cell === '▀' || cell === '█'),
          cells.map((cell) => cell === '▄' || cell === '█'),
        ];
      });
    const frame = Array.from({ length: 6 }, () => ground);
    const wide = rows.map((row) => [...frame, ...row, ...frame]);
    const bar = Array.from({ length: wide[0]?.length ?? 0 }, () => ground);
    const square = [...frame.map(() => bar), ...wide, ...frame.map(() => bar)];
    return square.slice(0, bar.length);
  }

  it.each([true, false])('S04: is read on a terminal whose ground is dark: %s', (dark) => {
    const { pixels, size } = paint(show(qrTerminal(uri), dark), 4);
    expect(decodeQr(pixels, size, size)?.data).toBe(uri);
  });

  it('every line is painted from edge to edge, the quiet zone too', () => {
    const lines = qrTerminal(uri, { margin: 2 }).split('\n').slice(0, -1);
    expect(lines).toHaveLength(Math.ceil(45 / 2));
    for (const line of lines) expect(line).toMatch(/^\u001b\[38;5;16;48;5;231m[ ▀▄█]{45}\u001b\[0m$/);
    expect(lines[0]).toBe(`\u001b[38;5;16;48;5;231m${' '.repeat(45)}\u001b[0m`);
  });
});

describe('what cannot be drawn', () => {
  it.each([qrPng, qrSvg, qrTerminal, qrDataUri])(
    '%o refuses a text too long, an empty one, and options that nobody reads',
    (draw) => {
      expect(() => draw('x'.repeat(3000))).toThrow(expect.objectContaining({ code: 'otp/qr-too-long' }));
      expect(() => draw('canary'.repeat(1000))).not.toThrow(/canary/);
      expect(() => draw('')).toThrow(RangeError);
      expect(() => draw('\ud800')).toThrow(RangeError);
      expect(() => draw(42 as never)).toThrow(TypeError);
      expect(() => draw(uri, { width: 200 } as never)).toThrow(/no option "width"/);
      for (const margin of [-1, 65, 0.5]) expect(() => draw(uri, { margin })).toThrow(RangeError);
      expect(() => draw(uri, { margin: '4' as never })).toThrow(TypeError);
    },
  );

  it('a size is a whole number up to 4096', () => {
    for (const size of [0, 4097, 200.5, Number.NaN]) expect(() => qrSvg(uri, { size })).toThrow(RangeError);
  });
});
