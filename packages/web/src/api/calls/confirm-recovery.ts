import { z } from '@hono/zod-openapi';
import type { AdministratorCommand, Tidelock } from '@tidelock/engine';
import { codeBody, type BodyReader, type CodeBody } from '../body-reader.ts';
import { defineCall, ok, type Answer, type Call } from '../call.ts';
import { refuseVerdict, verdictRefusals } from '../verdict.ts';
import { recoverySchema, showRecovery } from '../views.ts';
import { administratorBody } from './administer-account.ts';

const from = z.enum(['owner', 'contact']).optional().openapi({
  description: 'Whom the code was mailed to; the owner where left out.',
});
const byCode = codeBody('ConfirmRecoveryByCode', { from });

type Confirmation = CodeBody<{ from: typeof from }> | AdministratorCommand;

/** The word of an administrator names one; whatever else it is, a body with a `code` is an attempt, and counted (A8). */
const body: BodyReader<Confirmation> = {
  schema: z.union([byCode.schema, administratorBody.schema]).openapi('ConfirmRecovery'),
  read: (given) => ('code' in given ? byCode.read(given) : administratorBody.read(given)),
};

/** Takes a proof; and once the waiting time is over the last word, upon which the factors are removed. */
export const confirmRecovery: Call = defineCall({
  name: 'confirmRecovery',
  method: 'post',
  path: '/v1/accounts/{account}/recovery/confirm',
  summary: 'Bring a proof for a recovery, or carry it out after its waiting time',
  description:
    'With a mailed `code` (scope manage): a proof, or after the waiting time the last word. With `actor` and `reason` (scope admin): an administrator vouches, or carries it out after the waiting time. `recovery` is null once every factor is removed. A failure counts as one of `verify` does.',
  body,
  answers: { 200: recoverySchema },
  refusals: [
    ...verdictRefusals,
    'engine/recovery-unknown',
    'engine/recovery-not-ready',
    'engine/actor-is-owner',
  ],
  async handle({ tidelock, account, body: given, assertScope }) {
    if ('actor' in given) {
      assertScope(['admin']);
      return confirmAsAdministrator(tidelock, account, given);
    }
    assertScope(['manage']);
    const { code, from: side } = given;
    const verdict = await tidelock.confirmRecovery(account, {
      code,
      ...(side === undefined ? {} : { from: side }),
    });
    if (verdict.outcome !== 'accepted') return refuseVerdict(verdict, tidelock.clock.now());
    return ok(showRecovery(verdict.recovery));
  },
});

async function confirmAsAdministrator(
  tidelock: Tidelock,
  account: string,
  administrator: AdministratorCommand,
): Promise<Answer> {
  if ((await tidelock.recovery(account))?.state === 'confirming')
    return ok(showRecovery(await tidelock.vouchForRecovery(account, administrator)));
  // Should it have changed meanwhile, this refuses: it removes nothing before the waiting time is over.
  await tidelock.completeReset(account, administrator);
  return ok(showRecovery(null));
}
