import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { GuestProgram } from './guest-programs.ts';
import type { Section } from './contestants.ts';

/** A library of another language: a process that computes in a loop of its own and is asked by lines, so that it can take turns. */
export class Guest {
  readonly name: string;
  readonly #ask: (line: string) => Promise<string>;
  readonly #end: () => void;

  constructor({ name, command, args }: GuestProgram, section: Section, workloadFile: string) {
    this.name = name;
    const child = spawn(command, [...args, section, workloadFile], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#ask = async (line) => {
      child.stdin.write(`${line}\n`);
      const answer = await lines.next();
      if (answer.done === true) throw new Error(`${name} has ended before its time.`);
      return answer.value;
    };
    this.#end = () => child.stdin.end();
  }

  /** The code, or whether it was right: what an in-process contestant answers. */
  async probe(secret: number, code: string, seconds: number): Promise<unknown> {
    const answer = await this.#ask(`check ${secret} ${code === '' ? '-' : code} ${seconds}`);
    return answer.length === 1 ? answer === '1' : answer;
  }

  /** The milliseconds that `size` calls of the workload took, by its own clock. */
  async slice(from: number, size: number): Promise<number> {
    return Number(await this.#ask(`slice ${from} ${size}`)) / 1e6;
  }

  end(): void {
    this.#end();
  }
}
