import { defineCall, ok, type Call } from '../call.ts';
import { accountSchema, showAccount } from '../views.ts';

/** How an account stands; one that nobody knows has the status `none`, so that the answer tells no stranger who exists. */
export const getAccount: Call = defineCall({
  name: 'getAccount',
  method: 'get',
  path: '/v1/accounts/{account}',
  summary: 'How the second factor of an account stands',
  answers: { 200: accountSchema },
  refusals: [],
  handle: async ({ tidelock, account }) => ok(showAccount(await tidelock.account(account))),
});
