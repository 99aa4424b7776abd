/** Seconds since the epoch as RFC 3339 in UTC, to the millisecond. @throws RangeError beyond the year 275760. */
export function formatInstant(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}

/** As {@link formatInstant}; what has not happened stays null. */
export function formatInstantOrNull(epochSeconds: number | null): string | null {
  return epochSeconds === null ? null : formatInstant(epochSeconds);
}
