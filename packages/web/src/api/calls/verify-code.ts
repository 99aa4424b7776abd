import { z } from '@hono/zod-openapi';
import { codeBody } from '../body-reader.ts';
import { defineCall, ok, type Call } from '../call.ts';
import { tokenSchema } from '../text-schema.ts';
import { refuseVerdict, verdictRefusals } from '../verdict.ts';

const body = codeBody('VerifyCode', {
  factorId: tokenSchema().optional().openapi({
    description: 'The factor that the code is of; left out, the three last used ones are tried.',
  }),
  ticket: tokenSchema().optional().openapi({
    description: 'From `challenges`; without it the purpose is `check`, and the proof lifts nothing.',
  }),
  trustBrowser: z.boolean().optional().openapi({
    description: 'Asks for a `trustToken`, which is given where the policy allows it.',
  }),
});

/** Judges a code: 2xx exactly when it was accepted. */
export const verifyCode: Call = defineCall({
  name: 'verifyCode',
  method: 'post',
  path: '/v1/accounts/{account}/verify',
  summary: 'Verify a code',
  description: 'Accepted once, and counted always. An outcome that you do not know is a refusal.',
  body,
  answers: {
    200: z
      .object({
        outcome: z.literal('accepted'),
        method: z.enum(['totp', 'hotp', 'backupCode']),
        factorId: z.string().nullable(),
        proof: z.string().openapi({ example: 'prf_Zm9vYmFyYmF6cXV4MTIzNA' }),
        trustToken: z.string().optional().openapi({
          description:
            'Keep it in a cookie of this browser, Secure and HttpOnly, and send it with `challenges`.',
        }),
      })
      .openapi('AcceptedCode'),
  },
  refusals: verdictRefusals,
  async handle({ tidelock, account, body: { code, factorId, ticket, trustBrowser } }) {
    const verdict = await tidelock.verify(account, {
      code,
      ...(factorId === undefined ? {} : { factorId }),
      ...(ticket === undefined ? {} : { ticket }),
      ...(trustBrowser === undefined ? {} : { trustBrowser }),
    });
    if (verdict.outcome !== 'accepted') return refuseVerdict(verdict, tidelock.clock.now());
    const { outcome, method, factorId: usedFactorId, proof, trustToken } = verdict;
    return ok({ outcome, method, factorId: usedFactorId, proof, trustToken });
  },
});
