import { describe, expect, it } from 'vitest';
import { importFactors } from '../import-factors.ts';
import { hotpFactor } from '../testing/sample-factors.ts';
import { sealAegis, writeAegis } from '../testing/write-exports.ts';

const password = 'test';
const sealed = sealAegis(writeAegis([hotpFactor]), { password });

interface Vault {
  header: {
    slots: { n: number; r: number; p: number; key_params: { tag: string } }[];
    params: { tag: string };
  };
  db: string;
}

async function codeOf(change: (vault: Vault) => void): Promise<string> {
  const vault = JSON.parse(sealed) as Vault;
  change(vault);
  const started = performance.now();
  const code = await importFactors(JSON.stringify(vault), { password }).then(
    ({ entries }) => `${entries.length} entries`,
    (error: { code: string }) => error.code,
  );
  expect(performance.now() - started).toBeLessThan(1_000);
  return code;
}

describe('an encrypted vault cannot cost more than it should', () => {
  it.each([
    ['4 GB of memory', 2 ** 22, 8, 1],
    ['512 MB of memory at a cost that is allowed', 2 ** 19, 8, 1],
    ['an N that overflows', 2 ** 53, 8, 1],
    ['an N that is no power of two', 32_767, 8, 1],
    ['an N of 1', 1, 8, 1],
    ['an endless p', 2 ** 10, 8, 2 ** 20],
    ['a fraction', 1024.5, 8, 1],
    ['a negative r', 1024, -8, 1],
  ])('%s: refused at once', async (_, n, r, p) => {
    expect(await codeOf(({ header }) => void Object.assign(header.slots[1]!, { n, r, p }))).toBe(
      'import/cost-too-high',
    );
  });

  it('the slots count together: a thousand of them are refused at once', async () => {
    const code = await codeOf(({ header }) => {
      const slot = { ...header.slots[1]!, n: 2 ** 15 };
      header.slots = Array.from({ length: 1000 }, () => slot);
    });
    expect(code).toBe('import/cost-too-high');
  });
});

describe('what was sealed opens only whole', () => {
  it('F5: a tag cut to four bytes is refused, though node:crypto would take it', async () => {
    expect(await codeOf(({ header }) => void (header.params.tag = header.params.tag.slice(0, 8)))).toBe(
      'import/malformed',
    );
  });

  it('a slot that is altered is a wrong password; contents that are altered are damaged', async () => {
    const flip = (tag: string) => (tag.startsWith('0') ? `1${tag.slice(1)}` : `0${tag.slice(1)}`);
    expect(
      await codeOf(({ header }) => {
        header.slots[1]!.key_params.tag = flip(header.slots[1]!.key_params.tag);
      }),
    ).toBe('import/wrong-password');
    expect(await codeOf(({ header }) => void (header.params.tag = flip(header.params.tag)))).toBe(
      'import/malformed',
    );
    expect(await codeOf((vault) => void (vault.db = '%%%'))).toBe('import/malformed');
  });

  it('a vault that only the phone opens is explained, and one that is whole is read', async () => {
    expect(await codeOf(({ header }) => void header.slots.pop())).toBe('import/unsupported-encryption');
    expect(await codeOf(() => {})).toBe('1 entries');
  });
});
