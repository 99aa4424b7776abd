const day = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

/** A moment as a sentence has it: the server does not know where its reader is, and says UTC. Seconds since the epoch. */
export function formatInstant(at: number): string {
  return `${day.format(at * 1000)} UTC`;
}

/** About how long, rounded up: "20 seconds", "1 minute", "45 minutes". */
export function formatWait(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 60) return plural(whole, 'second');
  const minutes = Math.ceil(whole / 60);
  // A second over a day is no 25 hours: a minute more does not make another hour.
  return minutes < 60
    ? plural(minutes, 'minute')
    : plural(Math.max(1, Math.ceil((minutes - 1) / 60)), 'hour');
}

/** "1 try", "3 tries". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
