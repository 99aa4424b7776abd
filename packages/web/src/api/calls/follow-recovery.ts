import { defineCall, ok, type Call } from '../call.ts';
import { recoverySchema, showRecovery } from '../views.ts';

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

/** The owner's veto: with a proof of a factor that they are said to have lost. */
export const cancelRecovery: Call = defineCall({
  name: 'cancelRecovery',
  method: 'post',
  path: '/v1/accounts/{account}/recovery/cancel',
  summary: 'Cancel a recovery, with a proof of an active factor',
  takesProof: true,
  answers: { 200: recoverySchema },
  refusals: ['engine/recovery-unknown', 'engine/proof-required'],
  async handle({ tidelock, account, proof }) {
    await tidelock.cancelReset(account, proof);
    return ok(showRecovery(null));
  },
});
