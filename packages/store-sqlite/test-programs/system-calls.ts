/** A write at the moment at which it began, or a sync at the moment at which it was done: what counts for durability. */
export interface SystemCall {
  readonly kind: 'write-begun' | 'sync-done';
  /** What the file descriptor stands for, as `strace -y` tells. */
  readonly file: string;
  /** The beginning of what was written, as strace quotes it. */
  readonly text: string;
}

const begun = /^(\d+) +(write|pwrite64|pwritev|fsync|fdatasync)\(\d+<([^>]*)>(?:, "((?:[^"\\]|\\.)*)")?/;
const resumed = /^(\d+) +<\.\.\. (?:fsync|fdatasync) resumed>/;
const succeeded = / = 0$/;

/** Reads the output of `strace -f -y`. A sync that another thread's call interrupts is done where it is resumed. */
export function readSystemCalls(trace: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [, thread = '', name = '', file = '', text = ''] = begun.exec(line) ?? [];
    const [, resumedThread] = resumed.exec(line) ?? [];
    if (name.includes('write')) calls.push({ kind: 'write-begun', file, text });
    else if (name !== '' && line.endsWith('<unfinished ...>')) unfinished.set(thread, file);
    else if (name !== '' && succeeded.test(line)) calls.push({ kind: 'sync-done', file, text });
    else if (resumedThread !== undefined && succeeded.test(line)) {
      calls.push({ kind: 'sync-done', file: unfinished.get(resumedThread) ?? '', text: '' });
    }
  }
  return calls;
}
