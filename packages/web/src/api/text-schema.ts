import { z } from '@hono/zod-openapi';
import { normaliseText } from '@tidelock/engine';

/** Free text under the engine's own rule: well-formed, no control characters, so many code points after NFC. */
export function textSchema(what: string, lengthMax: number): z.ZodString {
  return ruleSchema((text) => normaliseText(text, what, lengthMax));
}

/** Text under a rule of the engine's, which throws a message that tells the rule, and nothing of the text. */
export function ruleSchema(rule: (text: string) => string): z.ZodString {
  return z.string().check((context) => {
    try {
      rule(context.value);
    } catch (error) {
      context.issues.push({ code: 'custom', message: (error as Error).message, input: context.value });
    }
  });
}

/** An id, a ticket or a proof, as the engine made it. */
export function tokenSchema(): z.ZodString {
  return z.string().min(1).max(256);
}

/** A purpose: `check` is the one of a verification without a ticket, and no ticket has it. */
export function purposeSchema(): z.ZodString {
  return z
    .string()
    .regex(/^(?!check$)[a-z][a-z0-9-]{0,31}$/, 'A purpose is a word of a-z, 0-9 and "-", and not "check".');
}

/** An instant in an answer. */
export function instantSchema(): z.ZodISODateTime {
  return z.iso.datetime().openapi({ example: '2026-11-22T18:30:00.000Z' });
}
