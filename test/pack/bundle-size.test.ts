import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

/** What a page downloads: everything that is reached, minified and compressed. */
async function bundle(source: string): Promise<{ code: string; bytes: number }> {
  const built = await rolldown({
    input: fileURLToPath(new URL(`../../packages/otp/src/${source}`, import.meta.url)),
    platform: 'browser',
    logLevel: 'silent',
  });
  const { output } = await built.generate({ format: 'esm', minify: true, comments: false });
  return { code: output[0].code, bytes: gzipSync(output[0].code, { level: 9 }).length };
}

test('B04 the browser bundle of Totp with SHA-1 has at most 3.0 KB', async () => {
  const { code, bytes } = await bundle('totp-sha1.ts');
  expect(bytes).toBeLessThanOrEqual(3000);
  expect(code).not.toMatch(/WebAssembly|eval|Function\(/);
});

test('the whole library without the QR codes has at most 18 KB', async () => {
  expect((await bundle('index.ts')).bytes).toBeLessThanOrEqual(18_000);
});
