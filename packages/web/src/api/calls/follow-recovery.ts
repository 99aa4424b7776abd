import { z } from '@hono/zod-openapi';
import { strictBody } from '../body-reader.ts';
import { created, defineCall, ok, type Call } from '../call.ts';
import { recoveryBegunSchema, recoverySchema, showRecovery, showRecoveryBegun } from '../views.ts';

/** Where a recovery stands. */
export const getRecovery: Call = defineCall({
  name: 'getRecovery',
  method: 'get',
  path: '/v1/accounts/{account}/recovery',
  summary: 'Where the recovery of an account stands',
  answers: { 200: recoverySchema },
  refusals: [],
  handle: async ({ tidelock, account }) => ok(showRecovery(await tidelock.recovery(account))),
});

/** Begins a recovery for somebody who has passed the first factor, or mails the code that one waits for. */
export const beginRecovery: Call = defineCall({
  name: 'beginRecovery',
  method: 'post',
  path: '/v1/accounts/{account}/recovery',
  summary: 'Begin the recovery of somebody who lost every factor, or mail its code again',
  description:
    'Only for somebody who has passed the first factor. It takes two proofs, the mailed code and one more, then a waiting time, then one more mailed code. Asked again, it shortens no wait and begins none anew.',
  body: strictBody('BeginRecovery', {
    to: z.enum(['owner', 'contact']).optional().openapi({
      description: 'Whom a code is mailed to: the owner where left out, or those who may vouch.',
    }),
  }),
  bodyIsOptional: true,
  answers: { 201: recoveryBegunSchema },
  refusals: [
    'engine/no-active-factor',
    'engine/recovery-frozen',
    'engine/recovery-unavailable',
    'engine/rate-limited',
  ],
  handle: async ({ tidelock, account, body }) =>
    created(showRecoveryBegun(await tidelock.beginRecovery(account, body))),
});
