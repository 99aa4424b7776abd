import { z } from '@hono/zod-openapi';
import { codesBody } from '../body-reader.ts';
import { defineCall, ok, type Call } from '../call.ts';
import { refuseVerdict, verdictRefusals } from '../verdict.ts';
import { factorSchema, showFactor } from '../views.ts';

/** Finds a token that ran ahead, or a clock that is hours off. */
export const resyncFactor: Call = defineCall({
  name: 'resyncFactor',
  method: 'post',
  path: '/v1/accounts/{account}/factors/{factorId}/resync',
  summary: 'Resynchronise a token that ran ahead, or a device whose clock is off',
  description:
    'Takes two or three consecutive codes, and spends them. It gives no proof. A failure counts as one of `verify` does.',
  body: codesBody('ResyncFactor'),
  answers: {
    200: z.object({ outcome: z.literal('accepted'), factor: factorSchema }).openapi('Resynchronisation'),
  },
  refusals: verdictRefusals,
  async handle({ tidelock, account, factorId, body: { codes } }) {
    const resynced = await tidelock.resync(account, { factorId, codes });
    if (resynced.outcome !== 'accepted') return refuseVerdict(resynced, tidelock.clock.now());
    const { outcome, factor } = resynced;
    return ok({ outcome, factor: showFactor(factor) });
  },
});
