import { z } from '@hono/zod-openapi';
import { strictBody } from '../body-reader.ts';
import { defineCall, ok, refused, type Call } from '../call.ts';
import { purposeSchema, textSchema, tokenSchema } from '../text-schema.ts';

/** Spends a proof: 200 once, then 403; how an application in another process lifts its session. */
export const redeemProof: Call = defineCall({
  name: 'redeemProof',
  method: 'post',
  path: '/v1/accounts/{account}/proofs/redeem',
  summary: 'Spend the proof of an accepted verification, once',
  body: strictBody('RedeemProof', {
    proof: tokenSchema(),
    purpose: purposeSchema().openapi({ description: 'That of the ticket.', example: 'login' }),
    actHash: textSchema('An actHash', 128).optional(),
  }),
  answers: {
    200: z
      .object({ outcome: z.literal('accepted'), method: z.string(), factorId: z.string().nullable() })
      .openapi('RedeemedProof'),
  },
  refusals: ['web/proof-rejected'],
  async handle({ tidelock, account, body }) {
    const redeemed = await tidelock.redeem(account, body);
    if (redeemed.outcome !== 'accepted') {
      const { outcome, reason } = redeemed;
      return refused('web/proof-rejected', { members: { outcome, reason } });
    }
    const { outcome, method, factorId } = redeemed;
    return ok({ outcome, method, factorId });
  },
});
