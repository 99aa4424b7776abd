import type { Shell } from './shell.ts';

const clearLine = '\r\u001b[K';

/** One line of a terminal that says how far a long work is; anywhere else nothing is written. */
export interface ProgressLine {
  show(text: string): void;
  clear(): void;
}

export function progressLine({ errors }: Pick<Shell, 'errors'>): ProgressLine {
  if (!errors.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: (text) => void errors.write(`${clearLine}${text}`),
    clear: () => void errors.write(clearLine),
  };
}
