/**
 * Writes `src/hash/sha1.gen.ts`, `sha256.gen.ts` and `sha512.gen.ts`: the block functions with their rounds unrolled
 * and their variables renamed from round to round, which nobody should write or read by hand.
 *
 * Run it with `node packages/otp/scripts/generate-hashes.ts`; a test holds the files against it.
 */
import { writeFileSync } from 'node:fs';

const word = (index: number) => `w${index & 15}`;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const rotate = (by: number, left: string, to: string) =>
  `${to} = (${left} << ${by}) | (${left} >>> ${32 - by});`;

/** FIPS 180-4 §6.1.2, with the choice and majority functions in the forms that take the fewest operations. */
export function generateSha1(): string {
  const names = [...'abcde'];
  const lines = [...opening('sha1Compress', 'FIPS 180-4 §6.1.2', names), '  let x = 0;'];
  let order = names;
  for (const round of numbers(80)) {
    const [a, b, c, d, e] = order as [string, string, string, string, string];
    const w = word(round);
    if (round >= 16) {
      lines.push(`  x = ${word(round + 13)} ^ ${word(round + 8)} ^ ${word(round + 2)} ^ ${w};`);
      lines.push(`  ${rotate(1, 'x', w)}`);
    }
    const choice = `(${d} ^ (${b} & (${c} ^ ${d})))`;
    const parity = `(${b} ^ ${c} ^ ${d})`;
    const majority = `(${b} & (${c} ^ ${d})) + (${c} & ${d})`;
    const mix = [choice, parity, majority, parity][Math.floor(round / 20)];
    // The first 32 bits of the square roots of 2, 3, 5 and 10, over 4 (FIPS 180-4 §4.2.1).
    const constant = ['0x5a827999', '0x6ed9eba1', '0x8f1bbcdc', '0xca62c1d6'][Math.floor(round / 20)];
    // What the round before made comes last in the sum, so that the processor waits for one addition alone: a third faster.
    lines.push(`  ${e} = (${e} + ${w} + ${constant} + ${mix} + ((${a} << 5) | (${a} >>> 27))) | 0;`);
    lines.push(`  ${rotate(30, b, b)}`);
    order = [e, a, b, c, d];
  }
  return [...lines, ...closing(names)].join('\n');
}

/** FIPS 180-4 §6.2.2, sixteen rounds unrolled and gone through four times. */
export function generateSha256(): string {
  const names = [...'abcdefgh'];
  const lines = [...opening('sha256Compress', 'FIPS 180-4 §6.2.2', names, 'constants')];
  lines.push('  let x = 0;', '  let y = 0;', '  for (let at = 0; ; at += 16) {');
  let order = names;
  for (const round of numbers(16)) {
    const [a, b, c, d, e, f, g, h] = order as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const constant = round === 0 ? 'constants[at]!' : `constants[at + ${round}]!`;
    lines.push(
      `    x = ${sum(e, 6, 11, 25)};`,
      `    y = ${sum(a, 2, 13, 22)};`,
      `    ${h} = (${h} + ${word(round)} + ${constant} + (${g} ^ (${e} & (${f} ^ ${g}))) + x) | 0;`,
      `    ${d} = (${d} + ${h}) | 0;`,
      `    ${h} = (${h} + ((${a} & ${b}) | (${c} & (${a} | ${b}))) + y) | 0;`,
    );
    order = [h, a, b, c, d, e, f, g];
  }
  lines.push('    if (at === 48) break;');
  for (const round of numbers(16)) {
    const [two, fifteen] = [word(round + 14), word(round + 1)];
    lines.push(
      `    x = ${sum(two, 17, 19)} ^ (${two} >>> 10);`,
      `    y = ${sum(fifteen, 7, 18)} ^ (${fifteen} >>> 3);`,
      `    ${word(round)} = (${word(round)} + x + y + ${word(round + 9)}) | 0;`,
    );
  }
  return [...lines, '  }', ...closing(names)].join('\n');
}

/**
 * FIPS 180-4 §6.4.2, one round gone through eighty times; each word of 64 bits is a high and a low half. Unrolled it would be a little
 * faster, and every process would read eight times as much: where WebAssembly is, this computes the first codes alone.
 */
export function generateSha512(): string {
  const names = [...'abcdefgh'];
  const halves = names.flatMap((each) => [`${each}h`, `${each}l`]);
  const lines = [
    '// Written by scripts/generate-hashes.ts. Change that, and run it.',
    '',
    '/**',
    ' * `to` = `from` after the eighty rounds over a message schedule (FIPS 180-4 §6.4.2). The schedule and the constants',
    ' * are pairs of words, high and low; the two states may be the same place.',
    ' */',
    'export function sha512Rounds(',
    '  schedule: Int32Array,',
    '  constants: Int32Array,',
    '  from: ArrayLike<number>,',
    '  fromAt: number,',
    '  to: Int32Array,',
    '  toAt: number,',
    '): void {',
    ...halves.map((each, index) => `  let ${each} = from[fromAt${plus(index)}]!;`),
    '  const perWord = 2 ** -32;',
    ...['xh', 'xl', 'low'].map((each) => `  let ${each} = 0;`),
    '  for (let at = 0; at < 160; at += 2) {',
    ...sha512Round(names, 0).map((line) => `    ${line}`),
    ...['h', 'l'].flatMap((half) => turn(names.map((each) => `${each}${half}`)).map((line) => `    ${line}`)),
  ];
  lines.push('  }');
  for (const [index, each] of names.entries()) {
    lines.push(`  low = (from[fromAt + ${index * 2 + 1}]! >>> 0) + (${each}l >>> 0);`);
    lines.push(`  to[toAt${plus(index * 2)}] = from[fromAt${plus(index * 2)}]! + ${each}h + ${carry};`);
    lines.push(`  to[toAt + ${index * 2 + 1}] = low;`);
  }
  return [...lines, '}', ''].join('\n');
}

/** Gives each word the name of the next one, and the last one that of the first. */
function turn(names: readonly string[]): string[] {
  const last = names.length - 1;
  const moves = names.slice(1).map((name, index) => `${name} = ${names[index]};`);
  return [`low = ${names[last]};`, ...moves.toReversed(), `${names[0]} = low;`];
}

/** What a sum of unsigned low halves carries into the high ones: a product and a cut are cheaper than a division. */
const carry = '((low * perWord) | 0)';

function sha512Round(order: readonly string[], index: number): string[] {
  const [a, b, c, d, e, f, g, h] = order as [string, string, string, string, string, string, string, string];
  return [
    `xh = ${wideSum(e, 'h', 14, 18, 41)};`,
    `xl = ${wideSum(e, 'l', 14, 18, 41)};`,
    `low = (schedule[at + ${index + 1}]! >>> 0) + (constants[at + ${index + 1}]! >>> 0);`,
    `low += (${h}l >>> 0) + (xl >>> 0) + ((${g}l ^ (${e}l & (${f}l ^ ${g}l))) >>> 0);`,
    `${h}h = (${h}h + xh + (${g}h ^ (${e}h & (${f}h ^ ${g}h)))) | 0;`,
    `${h}h = (${h}h + schedule[at${plus(index)}]! + constants[at${plus(index)}]! + ${carry}) | 0;`,
    `${h}l = low | 0;`,
    `low = (${d}l >>> 0) + (${h}l >>> 0);`,
    `${d}h = (${d}h + ${h}h + ${carry}) | 0;`,
    `${d}l = low | 0;`,
    `xh = ${wideSum(a, 'h', 28, 34, 39)};`,
    `xl = ${wideSum(a, 'l', 28, 34, 39)};`,
    `low = (${h}l >>> 0) + (xl >>> 0) + (((${a}l & ${b}l) | (${c}l & (${a}l | ${b}l))) >>> 0);`,
    `${h}h = (${h}h + xh + ((${a}h & ${b}h) | (${c}h & (${a}h | ${b}h))) + ${carry}) | 0;`,
    `${h}l = low | 0;`,
  ];
}

/** One half of the exclusive or of a word of 64 bits rotated to the right by several distances. */
function wideSum(from: string, half: 'h' | 'l', ...distances: readonly number[]): string {
  const terms = distances.map((by) => {
    const [upper, lower] = (half === 'h') === by < 32 ? ['h', 'l'] : ['l', 'h'];
    return `((${from}${upper} >>> ${by % 32}) | (${from}${lower} << ${32 - (by % 32)}))`;
  });
  return terms.join(' ^ ');
}

/** The exclusive or of one word rotated to the right by several distances. */
function sum(from: string, ...distances: readonly number[]): string {
  return distances.map((by) => `((${from} >>> ${by}) | (${from} << ${32 - by}))`).join(' ^ ');
}

function opening(name: string, source: string, names: readonly string[], constants?: string): string[] {
  return [
    '// Written by scripts/generate-hashes.ts. Change that, and run it.',
    '',
    `/** \`to\` = \`from\` after one block of sixteen words (${source}). The two may be the same place. */`,
    `export function ${name}(`,
    '  block: Int32Array,',
    '  from: ArrayLike<number>,',
    '  fromAt: number,',
    '  to: Int32Array,',
    '  toAt: number,',
    ...(constants === undefined ? [] : [`  ${constants}: Int32Array,`]),
    '): void {',
    ...names.map((each, index) => `  let ${each} = from[fromAt${plus(index)}]!;`),
    ...numbers(16).map((index) => `  let w${index} = block[${index}]!;`),
  ];
}

function closing(names: readonly string[]): string[] {
  const lines = names.map(
    (each, index) => `  to[toAt${plus(index)}] = from[fromAt${plus(index)}]! + ${each};`,
  );
  return [...lines, '}', ''];
}

const plus = (index: number) => (index === 0 ? '' : ` + ${index}`);

if (import.meta.main) {
  const folder = new URL('../src/hash/', import.meta.url);
  writeFileSync(new URL('sha1.gen.ts', folder), generateSha1());
  writeFileSync(new URL('sha256.gen.ts', folder), generateSha256());
  writeFileSync(new URL('sha512.gen.ts', folder), generateSha512());
}
