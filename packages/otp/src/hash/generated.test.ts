import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generateSha1, generateSha256, generateSha512 } from '../../scripts/generate-hashes.ts';
import { kernelFile, kernels } from '../../scripts/generate-kernels.ts';
import { roundConstants, startFractions, type Fractions } from './round-constants.ts';

it.each([
  { file: 'sha1.gen.ts', generate: generateSha1 },
  { file: 'sha256.gen.ts', generate: generateSha256 },
  { file: 'sha512.gen.ts', generate: generateSha512 },
])('$file is what its generator writes today', ({ file, generate }) => {
  expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toBe(generate());
});

it.each([...kernels])('the kernel of %s is what its generator writes today', (name, generate) => {
  const file = readFileSync(new URL(`../kernel/${name}.gen.ts`, import.meta.url), 'utf8');
  expect(file).toBe(kernelFile(name, generate()));
});

it('the computed constants are those that FIPS 180-4 prints, first and last', () => {
  const hex = ({ high, low }: Fractions, at: number) =>
    [high, low].map((half) => (half[at]! >>> 0).toString(16).padStart(8, '0')).join('');
  expect(hex(roundConstants(), 0)).toBe('428a2f98d728ae22');
  expect(hex(roundConstants(), 79)).toBe('6c44198c4a475817');
  expect(hex(startFractions(), 0)).toBe('6a09e667f3bcc908');
  expect(hex(startFractions(), 7)).toBe('5be0cd19137e2179');
});
