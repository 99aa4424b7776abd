import { z } from '@hono/zod-openapi';
import { codeBody } from '../body-reader.ts';
import { defineCall, ok, type Call } from '../call.ts';
import { backupCodesSchema, refuseVerdict, verdictRefusals } from '../verdict.ts';
import { factorSchema, showFactor } from '../views.ts';

/** Proves a pending factor by a code of its own; with the first one come the backup codes. */
export const activateFactor: Call = defineCall({
  name: 'activateFactor',
  method: 'post',
  path: '/v1/accounts/{account}/factors/{factorId}/activate',
  summary: 'Activate a pending factor by a code of its own',
  description:
    'Backup codes come with the first factor, once. What the factor `replaces` is revoked with it. A failure counts as one of `verify` does.',
  body: codeBody('ActivateFactor', {
    // SECURITY: A8, whatever it is goes to the engine, which counts what is no code.
    emailCode: z.unknown().optional().openapi({
      type: 'string',
      description: 'The mailed code, where the enrollment said that one was mailed.',
      example: '7KQ2-M9XD',
    }),
  }),
  answersSecret: true,
  answers: {
    200: z
      .object({
        outcome: z.literal('accepted'),
        factor: factorSchema,
        backupCodes: backupCodesSchema().optional(),
      })
      .openapi('Activation'),
  },
  refusals: verdictRefusals,
  async handle({ tidelock, account, factorId, body: { code, emailCode } }) {
    const activation = await tidelock.activate(account, { factorId, code, emailCode });
    if (activation.outcome !== 'accepted') return refuseVerdict(activation, tidelock.clock.now());
    const { outcome, factor, backupCodes } = activation;
    return ok({ outcome, factor: showFactor(factor), backupCodes });
  },
});
