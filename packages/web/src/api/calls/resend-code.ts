import { defineCall, ok, type Call } from '../call.ts';
import { sentCodeSchema, showSentCode } from '../views.ts';

/** Mails the code of a pending factor anew. */
export const resendCode: Call = defineCall({
  name: 'resendCode',
  method: 'post',
  path: '/v1/accounts/{account}/factors/{factorId}/resend',
  summary: 'Mail the code of a pending factor again',
  description: 'The code before it is dead. Takes no body.',
  answers: { 200: sentCodeSchema },
  refusals: ['engine/factor-unknown', 'engine/rate-limited'],
  handle: async ({ tidelock, account, factorId }) =>
    ok(showSentCode(await tidelock.resendCode(account, factorId))),
});
