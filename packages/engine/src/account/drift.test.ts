import { describe, expect, test } from 'vitest';
import { centreOf, learnDrift, noDrift, resyncDrift, type Drift } from './drift.ts';

const policy = { driftStepsMax: 2 };
const learnAll = (seen: readonly number[], from: Drift = noDrift): Drift =>
  seen.reduce((drift, steps) => learnDrift(drift, steps, policy), from);

describe('the drift of a device', () => {
  test('OTP-12 one code that came late moves nothing, two in a row do, and one in time moves it back', () => {
    expect(centreOf(learnAll([-1]))).toBeCloseTo(0);
    expect(centreOf(learnAll([-1, -1]))).toBe(-1);
    expect(centreOf(learnAll([1, 1]))).toBe(1);
    expect(centreOf(learnAll([-1, -1, 0]))).toBeCloseTo(0);
    expect(centreOf(learnAll([-1, 1, -1, 1]))).toBeCloseTo(0);
  });

  test('S28 accepted codes move it by two steps at most, however often they come', () => {
    const ever = learnAll(Array.from({ length: 50 }, () => 3));
    expect(ever.mean).toBe(2);
    expect(centreOf(ever)).toBe(2);
    expect(learnAll(Array.from({ length: 50 }, () => -11)).mean).toBe(-2);
    expect(learnDrift(noDrift, 5, { driftStepsMax: 0 }).mean).toBe(0);
  });

  test('what a resynchronisation found is kept, and learnt codes stay near it', () => {
    const resynced = resyncDrift(-120);
    expect(centreOf(resynced)).toBe(-120);
    expect(centreOf(learnAll([-121, -121], resynced))).toBe(-121);
    expect(learnAll([0, 0, 0, 0], resynced)).toEqual({ mean: -118, resynced: -120 });
  });

  test('it takes few characters of a record', () => {
    expect(JSON.stringify(learnAll([1, 0, 1, 0, 1, 1, 0])).length).toBeLessThan(40);
  });
});
