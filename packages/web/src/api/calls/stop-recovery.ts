import { z } from '@hono/zod-openapi';
import type { AdministratorCommand } from '@tidelock/engine';
import { codeBody, strictBody, type BodyReader } from '../body-reader.ts';
import { defineCall, ok, type Call } from '../call.ts';
import { tokenSchema } from '../text-schema.ts';
import { refuseVerdict, verdictRefusals } from '../verdict.ts';
import { recoverySchema, showRecovery } from '../views.ts';
import { administratorBody } from './administer-account.ts';

const byLink = strictBody('StopRecoveryByLink', {
  token: tokenSchema().optional().openapi({
    description:
      'From a "this was not me" link of the recovery that is under way; without it the call takes a proof.',
  }),
});
const byCode = codeBody('CancelRecoveryByCode', {});

/** SECURITY: A8, whatever else it is, a body with a `code` is an attempt, and counted. */
const cancelBody: BodyReader<{ readonly token?: string } | { readonly code: unknown }> = {
  schema: z.union([byCode.schema, byLink.schema]).openapi('CancelRecovery'),
  read: (given) => ('code' in given ? byCode.read(given) : byLink.read(given)),
};

/** Ends a recovery, at any step and whoever began it: by a proof, by the link of a mail, or by the code of one. */
export const cancelRecovery: Call = defineCall({
  name: 'cancelRecovery',
  method: 'post',
  path: '/v1/accounts/{account}/recovery/cancel',
  summary: 'Cancel a recovery: with a proof of a factor, the link of a mail, or the code of one',
  body: cancelBody,
  bodyIsOptional: true,
  takesProof: true,
  answers: { 200: recoverySchema },
  refusals: [...verdictRefusals, 'engine/recovery-unknown', 'engine/proof-required', 'engine/link-refused'],
  async handle({ tidelock, account, body, proof }) {
    if (!('code' in body)) {
      await tidelock.cancelRecovery(account, { ...body, ...proof });
      return ok(showRecovery(null));
    }
    const verdict = await tidelock.cancelRecoveryByCode(account, { code: body.code });
    if (verdict.outcome !== 'accepted') return refuseVerdict(verdict, tidelock.clock.now());
    return ok(showRecovery(null));
  },
});

/** "This was not me": ends it, and whatever was open; none can be begun until that is lifted. */
export const freezeRecovery: Call = defineCall({
  name: 'freezeRecovery',
  method: 'post',
  path: '/v1/accounts/{account}/recovery/freeze',
  summary: "Stop a recovery that was not the owner's, with the link of a mail or a proof",
  description:
    'Tickets, proofs, enrollments that were begun, trusted browsers and mailed codes die. End your own sessions of the account that began before its `sessionsEndedAt`. Factors and backup codes work as before.',
  body: byLink,
  bodyIsOptional: true,
  takesProof: true,
  answers: { 200: recoverySchema },
  refusals: ['engine/recovery-unknown', 'engine/proof-required', 'engine/link-refused'],
  async handle({ tidelock, account, body, proof }) {
    await tidelock.freezeRecovery(account, { ...body, ...proof });
    return ok(showRecovery(await tidelock.recovery(account)));
  },
});

const nobody = strictBody('UnfreezeRecovery', {});
const unfreezeBody: BodyReader<AdministratorCommand | Record<string, never>> = {
  schema: z.union([administratorBody.schema, nobody.schema]).openapi('LiftFreeze'),
  read: (given) => (Object.keys(given).length === 0 ? {} : administratorBody.read(given)),
};

/** Lets recoveries be begun again. */
export const unfreezeRecovery: Call = defineCall({
  name: 'unfreezeRecovery',
  method: 'post',
  path: '/v1/accounts/{account}/recovery/unfreeze',
  summary: 'Let recoveries be begun again: with a proof, or as an administrator',
  description: 'With a proof and no body, or with `actor` and `reason` (scope admin).',
  body: unfreezeBody,
  bodyIsOptional: true,
  takesProof: true,
  answers: { 200: recoverySchema },
  refusals: ['engine/recovery-not-frozen', 'engine/proof-required', 'engine/actor-is-owner'],
  async handle({ tidelock, account, body, proof, assertScope }) {
    if ('actor' in body) {
      assertScope(['admin']);
      await tidelock.unfreezeRecoveryFor(account, body as AdministratorCommand);
    } else {
      await tidelock.unfreezeRecovery(account, proof);
    }
    return ok(showRecovery(null));
  },
});
