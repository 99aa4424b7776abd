import { monitorEventLoopDelay } from 'node:perf_hooks';
import { qrPng } from '@tidelock/otp/qr';
import { describe, expect, it } from 'vitest';
import { exportGoogleMigration } from '../export/export-google-migration.ts';
import { hotpFactor, plainly, rfc6238Factors } from '../testing/sample-factors.ts';
import { writePng } from '../testing/write-png.ts';
import { decodePng } from './decode-png.ts';
import { importQrPng } from './import-qr-png.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const uri = `otpauth://totp/Acme:bob?secret=${secret}&issuer=Acme`;

describe('QR codes on images', () => {
  it('F5: a QR code of one key is imported', async () => {
    const { format, entries } = await importQrPng(qrPng(uri, { size: 300 }));
    expect(format).toBe('uri-list');
    expect(entries).toMatchObject([{ issuer: 'Acme', accountName: 'bob', warnings: [] }]);
  });

  it('F5: the QR codes of an export of Google come out whole, in any order', async () => {
    const many = [...rfc6238Factors, ...Array.from({ length: 9 }, (_, n) => ({ ...hotpFactor, counter: n }))];
    const images = exportGoogleMigration(many).uris.map((text) => qrPng(text, { size: 900 }));
    expect(images).toHaveLength(2);
    const { entries, failures } = await importQrPng(images.toReversed());
    expect(failures).toEqual([]);
    expect(entries.map(plainly)).toEqual(many.map(plainly));
  });

  it('the same code in colour, with opacity, and inverted like a dark screen is read', async () => {
    const { width, height, rgba } = decodePng(qrPng(uri, { size: 300 }));
    const rows = (change: (value: number) => number) =>
      Array.from({ length: height }, (_, y) => {
        const row = rgba.subarray(y * width * 4, (y + 1) * width * 4);
        return Uint8Array.from(row, (value, at) => (at % 4 === 3 ? 255 : change(value)));
      });
    for (const change of [
      (value: number) => value,
      (value: number) => 255 - value,
      (value: number) => value >> 1,
    ]) {
      const image = writePng({ width, height, bitDepth: 8, colourType: 6, rows: rows(change), filter: 4 });
      expect((await importQrPng(image)).entries[0]?.secret.toBase32()).toBe(secret);
    }
  });

  it('an image without a code, one that is none, and one with other text say so', async () => {
    const rows = Array.from({ length: 50 }, () => new Uint8Array(50).fill(255));
    const blank = writePng({ width: 50, height: 50, bitDepth: 8, colourType: 0, rows });
    await expect(importQrPng(blank)).rejects.toMatchObject({ code: 'import/no-qr-code' });
    await expect(importQrPng(Buffer.from('GIF89a'))).rejects.toMatchObject({
      code: 'import/unsupported-image',
    });
    await expect(importQrPng(qrPng('https://example.com'))).rejects.toMatchObject({
      code: 'import/unknown-format',
    });
    await expect(importQrPng(new Uint8Array(9_000_000))).rejects.toMatchObject({ code: 'import/too-large' });
    await expect(importQrPng([])).rejects.toThrow(RangeError);
    await expect(importQrPng([uri as never])).rejects.toThrow(TypeError);
  });

  it('F5: an image of noise is given up after five seconds, and holds up nobody meanwhile', async () => {
    // Noise is the worst for a scanner: patterns everywhere. On this one it takes a minute.
    const side = 2400;
    let state = 1;
    const noise = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 24;
    const rows = Array.from({ length: side }, () => Uint8Array.from({ length: side / 8 }, noise));
    const image = writePng({ width: side, height: side, bitDepth: 1, colourType: 0, rows });
    const started = performance.now();
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    await expect(importQrPng(image)).rejects.toMatchObject({ code: 'import/cost-too-high' });
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(delays.max / 1e6).toBeLessThan(1_000);
  });
});
