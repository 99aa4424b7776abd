import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = fileURLToPath(new URL('requests.lua', import.meta.url));

/** One request, a POST with JSON. */
export interface LoadRequest {
  readonly path: string;
  readonly body: string;
  readonly cookie?: string;
}

export interface LoadOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
  /** Each is sent once, but for `again`. */
  readonly requests: Iterable<LoadRequest>;
  /** What stands in every answer that is right. */
  readonly expected: string;
  /** `error` where the requests have to last for all the seconds; `end` where the load ends with them; `again` where they are sent anew. */
  readonly onLast?: 'error' | 'end' | 'again';
  /** Answers of another kind are counted, and are no error. */
  readonly allowsOthers?: boolean;
}

export interface Figures {
  /** Answers that are right, a second. */
  readonly perSecond: number;
  readonly good: number;
  /** Answers of another kind, where those are allowed. */
  readonly other: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

/**
 * Sends requests with `wrk` on the loopback interface, and looks into every answer.
 *
 * @throws Error when an answer was another than expected, or when the requests did not last.
 */
export async function load(options: LoadOptions): Promise<Figures> {
  const { url, headers, connections, seconds, requests, expected, onLast = 'error' } = options;
  const file = join(tmpdir(), `tidelock-requests-${randomUUID()}.tsv`);
  const lines = Array.from(requests, ({ path, body, cookie = '' }) => `${path}\t${body}\t${cookie}`);
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  const wrk = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url, '--'];
  const argumentsOfScript = [
    file,
    expected,
    onLast === 'again' ? 'again' : 'once',
    ...Object.entries(headers).flat(),
  ];
  try {
    const { stdout } = await run('wrk', [...wrk, ...argumentsOfScript], { maxBuffer: 1 << 24 });
    return read(stdout, lines.length, options);
  } finally {
    rmSync(file, { force: true });
  }
}

function read(stdout: string, count: number, options: LoadOptions): Figures {
  const { seconds, onLast = 'error', allowsOthers = false } = options;
  const figures = JSON.parse(/^FIGURES (.*)$/m.exec(stdout)![1]!) as Record<string, number>;
  if ((figures['other']! > 0 && !allowsOthers) || figures['errors']! > 0 || figures['good'] === 0) {
    const first = /^FIRST (.*)$/m.exec(stdout)?.[1];
    throw new Error(
      `${figures['good']} answers were right, ${figures['other']} others, ${figures['errors']} failed: ${first}`,
    );
  }
  if (onLast === 'error' && figures['left']! <= 0)
    throw new Error(`${count} requests did not last for ${seconds} s: prepare more.`);
  return {
    perSecond: figures['good']! / (figures['micros']! / 1e6),
    good: figures['good']!,
    other: figures['other']!,
    p50Milliseconds: figures['p50']! / 1000,
    p99Milliseconds: figures['p99']! / 1000,
  };
}
