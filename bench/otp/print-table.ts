import type { Measured } from './measure.ts';

const middle = (values: readonly number[]) => at(values, 0.5);

function at(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

export interface Verdict {
  /** Of those in JavaScript. */
  readonly fastestPeer: string;
  readonly ratio: number;
  /** The fastest of them in its quietest tenth against ours in its own: what is left of a machine that others use, too. */
  readonly quietRatio: number;
  /** The same of each that is not, as text. */
  readonly foreign: readonly string[];
}

/** One section of one runtime: everyone's median with the quarters beside it, and how many times ours it is in the same rounds. */
export function printSection(measured: readonly Measured[]): Verdict {
  const [ours, ...peers] = measured;
  const ratioOf = ({ nanoseconds }: Measured) =>
    nanoseconds.map((each, round) => each / ours!.nanoseconds[round]!);
  const rows = [
    ours!,
    ...peers.toSorted((one, other) => middle(one.nanoseconds) - middle(other.nanoseconds)),
  ];
  for (const row of rows) {
    const { name, nanoseconds } = row;
    const ratios = ratioOf(row);
    const spread = `${whole(at(nanoseconds, 0.25))} – ${whole(at(nanoseconds, 0.75))}`;
    const times =
      row === ours
        ? ''
        : `${middle(ratios).toFixed(1)} × (${at(ratios, 0.25).toFixed(1)} – ${at(ratios, 0.75).toFixed(1)})`;
    console.log(
      `  ${name.padEnd(28)}${whole(middle(nanoseconds)).padStart(10)} ns  ${spread.padStart(19)}  ${times}`,
    );
  }
  const fastest = rows.find((row) => row !== ours && !row.isForeign)!;
  const ratio = (row: Measured) => middle(ratioOf(row));
  const foreign = rows.filter((row) => row.isForeign).map((row) => `${ratio(row).toFixed(1)} × ${row.name}`);
  const quiet = ({ nanoseconds }: Measured) => at(nanoseconds, 0.1);
  const quietRatio =
    Math.min(...rows.filter((row) => row !== ours && !row.isForeign).map(quiet)) / quiet(ours!);
  return { fastestPeer: fastest.name, ratio: ratio(fastest), quietRatio, foreign };
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en').replaceAll(',', ' ');
}
