import { errorCodes, TidelockError, type ErrorCode } from '@tidelock/engine';
import { describe, expect, test } from 'vitest';
import { faultStatus } from './fault-status.ts';
import { problemCodes } from './problem-codes.ts';
import { problemDocument, problemOf } from './problem.ts';

const requestId = '3f1c2b1a-6a4e-4f0e-9d53-0c2c3a5a7e10';
const codes = Object.keys(errorCodes) as ErrorCode[];

describe('problems', () => {
  test('every code is kebab-case under its floor, and no problem is a 2xx', () => {
    for (const [code, { status, title }] of Object.entries(problemCodes)) {
      expect(code).toMatch(/^web\/[a-z]+(-[a-z]+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(title).toMatch(/\.$/);
    }
    for (const status of Object.values(faultStatus)) expect(status).toBeGreaterThanOrEqual(400);
  });

  test('every fault of the engine becomes a document whose type ends in its code', () => {
    expect(Object.keys(faultStatus).toSorted()).toEqual(codes.toSorted());
    for (const code of codes) {
      const problem = problemOf(new TidelockError(code));
      expect(problemDocument(problem, requestId)).toEqual({
        type: `urn:tidelock:error:${code}`,
        title: errorCodes[code],
        status: faultStatus[code],
        instance: `urn:uuid:${requestId}`,
      });
      expect(problem.retryAfterSeconds).toBe(problem.status === 503 ? 1 : undefined);
    }
  });

  test('the detail of a fault is told where the caller can act on it, and kept where it is the inside', () => {
    const detail = 'It allows 10: revoke one first.';
    expect(problemOf(new TidelockError('engine/too-many-factors', { detail })).detail).toContain(detail);
    expect(problemOf(new TidelockError('store/full', { detail: 'canary' }))).not.toHaveProperty('detail');
    expect(problemOf(new TidelockError('vault/open-failed', { detail: 'canary' }))).not.toHaveProperty(
      'detail',
    );
  });

  test('whatever else is thrown is a 500 that tells nothing', () => {
    for (const thrown of [
      new Error('canary'),
      new RangeError('canary'),
      'canary',
      null,
      undefined,
      { status: 200 },
    ]) {
      const problem = problemOf(thrown);
      expect([problem.code, problem.status]).toEqual(['web/internal', 500]);
      expect(JSON.stringify(problemDocument(problem, requestId))).not.toContain('canary');
    }
  });
});
