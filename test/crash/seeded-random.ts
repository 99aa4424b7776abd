import { hash } from 'node:crypto';

/** Numbers from 0 to 1 that follow from the seed alone, so that a run can be replayed. */
export function seededRandom(seed: number): () => number {
  let drawn = 0;
  return () => {
    drawn += 1;
    return hash('sha256', `${seed}/${drawn}`, 'buffer').readUInt32BE() / 2 ** 32;
  };
}
