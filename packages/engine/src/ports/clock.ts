/** Where the time comes from. */
export interface Clock {
  /** Seconds since the Unix epoch, with fractions. */
  now(): number;
}
