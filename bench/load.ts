import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = fileURLToPath(new URL('requests.lua', import.meta.url));

export interface LoadOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly connections: number;
  readonly seconds: number;
  /** Path and body of each request; each is sent once. */
  readonly requests: readonly (readonly [path: string, body: string])[];
  /** What stands in every answer that is right. */
  readonly expected: string;
  readonly folder: string;
}

export interface Figures {
  /** Answers that are right, a second. */
  readonly perSecond: number;
  readonly good: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

/**
 * Sends requests with `wrk` on the loopback interface, and looks into every answer.
 *
 * @throws Error when an answer was another than expected, or when the requests did not last.
 */
export async function load(options: LoadOptions): Promise<Figures> {
  const { url, apiKey, connections, seconds, requests, expected, folder } = options;
  const file = join(folder, 'requests.tsv');
  writeFileSync(file, `${requests.map(([path, body]) => `${path}\t${body}`).join('\n')}\n`);
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout',
    '10s',
    '-s',
    script,
    url,
    '--',
    file,
    apiKey,
    expected,
  ];
  const { stdout } = await run('wrk', args, { maxBuffer: 1 << 24 });
  const figures = JSON.parse(/^FIGURES (.*)$/m.exec(stdout)![1]!) as Record<string, number>;
  if (figures['other']! > 0 || figures['errors']! > 0) {
    throw new Error(
      `${figures['other']} answers were not as expected, ${figures['errors']} failed: ${/^FIRST (.*)$/m.exec(stdout)?.[1]}`,
    );
  }
  if (figures['left']! <= 0)
    throw new Error(`${requests.length} requests did not last for ${seconds} s: prepare more.`);
  return {
    perSecond: figures['good']! / (figures['micros']! / 1e6),
    good: figures['good']!,
    p50Milliseconds: figures['p50']! / 1000,
    p99Milliseconds: figures['p99']! / 1000,
  };
}
