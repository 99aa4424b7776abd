import { z } from '@hono/zod-openapi';
import type { Locked, Rejected } from '@tidelock/engine';
import { refused, type Answer } from './call.ts';
import { formatInstant } from './rfc3339.ts';

/** How a verdict against a code is answered, on every call that takes one. `now` is the engine's own clock, in seconds. */
export function refuseVerdict(verdict: Rejected | Locked, now: number): Answer {
  if (verdict.outcome === 'locked') {
    return refused('web/locked', {
      members: { outcome: 'locked', until: formatInstant(verdict.until) },
      retryAfterSeconds: Math.max(1, Math.ceil(verdict.until - now)),
    });
  }
  const { outcome, reason, attemptsLeft, advice } = verdict;
  return refused('web/code-rejected', { members: { outcome, reason, attemptsLeft, advice } });
}

/** The problems that {@link refuseVerdict} gives. */
export const verdictRefusals = ['web/code-rejected', 'web/locked'] as const;

/** The backup codes in an answer: shown once, never again. */
export function backupCodesSchema(): z.ZodType {
  return z.array(z.string()).openapi({ example: ['7KQ2-M9XD-4TPR-W8HC'] });
}
