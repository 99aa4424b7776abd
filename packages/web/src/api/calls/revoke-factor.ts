import { z } from '@hono/zod-openapi';
import { defineCall, ok, type Call } from '../call.ts';

/** Removes a factor and its secret. 200 with `enrolled`, and no 204: the application keeps that in its own user record. */
export const revokeFactor: Call = defineCall({
  name: 'revokeFactor',
  method: 'delete',
  path: '/v1/accounts/{account}/factors/{factorId}',
  summary: 'Revoke a factor',
  takesProof: true,
  answers: {
    200: z
      .object({
        enrolled: z.boolean().openapi({
          description: 'Whether a second factor is left; with the last one the backup codes are gone, too.',
        }),
      })
      .openapi('Revocation'),
  },
  refusals: ['engine/proof-required', 'engine/factor-unknown'],
  async handle({ tidelock, account, factorId, proof }) {
    const { enrolled } = await tidelock.revokeFactor(account, factorId, proof);
    return ok({ enrolled });
  },
});
