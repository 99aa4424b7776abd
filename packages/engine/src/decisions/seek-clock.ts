import { Hotp } from '@tidelock/otp';
import type { TotpFactor } from '../account/factor.ts';
import type { DecisionContext } from './decision.ts';
import { findCodes, type FoundCodes } from './find-codes.ts';

/** A code that is right at another time of day: the device's clock is off, and its owner is told to set it. */
export interface ClockSighting {
  /** The factor, remembering the step where that is still to come. */
  readonly factor: TotpFactor;
}

/** The steps that a clock so many hours off would show, the present one in their middle. */
export interface StepRange {
  readonly first: number;
  readonly count: number;
}

/** The steps of `hours` either side of now, and some before those. */
export function stepsAround(
  { periodSeconds }: TotpFactor,
  { now, policy }: DecisionContext,
  before: number,
): StepRange {
  const present = Math.floor(now / periodSeconds);
  const reach = Math.floor((policy.resyncHours * 3600) / periodSeconds);
  const first = Math.max(0, present - reach - before);
  return { first, count: present + reach - first + 1 };
}

/** Where codes stand in a range of steps after the last accepted one. */
export function findSteps(
  { algorithm, digits, lastStep }: TotpFactor,
  codes: readonly string[],
  secret: Uint8Array,
  { first, count }: StepRange,
): FoundCodes {
  // RFC 6238 §4.2: a time-based code is a counter-based one, the step being its counter.
  const hotp = new Hotp(secret, { algorithm, digits });
  const firstFree = lastStep === null ? 0 : Math.max(0, Math.min(count, lastStep + 1 - first));
  return findCodes(codes, { codeAt: (place) => hotp.generate(first + place), count, firstFree });
}

/**
 * Looks whether a code that was refused is right at another time, hours off. It accepts nothing.
 *
 * SECURITY: whoever guesses would learn that a code is right some hours from now, and could come back with it. So a code
 * that is told to be right in time to come is refused when its time comes, and while it waits no other is told of.
 */
export function seekClock(
  factor: TotpFactor,
  code: string,
  secret: Uint8Array,
  context: DecisionContext,
): ClockSighting | null {
  const range = stepsAround(factor, context, 0);
  const { place, times } = findSteps(factor, [code], secret, range);
  if (times === 0) return null;
  const step = range.first + place;
  const present = Math.floor(context.now / factor.periodSeconds);
  if (step <= present) return { factor };
  if (factor.typedAhead !== null && factor.typedAhead > present) return null;
  return { factor: { ...factor, typedAhead: step } };
}
