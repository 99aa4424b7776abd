import { styleText } from 'node:util';

const levels = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' } as const;
const colours = {
  trace: 'gray',
  debug: 'gray',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
} as const;
const shown: ReadonlySet<string> = new Set(['level', 'time', 'message', 'fault']);

/** A JSON line of the log as people read it: the time of day, the level, the message, and what else there is. */
export function readableLine(line: string, stream: NodeJS.WriteStream): string {
  const entry = JSON.parse(line) as Record<string, unknown>;
  const level = levels[entry['level'] as keyof typeof levels] ?? 'info';
  const time = new Date(String(entry['time'])).toTimeString().slice(0, 8);
  const rest = Object.entries(entry)
    .filter(([name, value]) => !shown.has(name) && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const fault =
    entry['fault'] === undefined || entry['fault'] === null ? '' : `\n  ${JSON.stringify(entry['fault'])}`;
  const label = styleText(colours[level], level.padEnd(5), { stream });
  const text = [time, label, String(entry['message']), ...rest].join(' ');
  return `${text}${fault}\n`;
}
