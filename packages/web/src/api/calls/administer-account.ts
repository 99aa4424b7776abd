import { z } from '@hono/zod-openapi';
import type { AdministratorCommand } from '@tidelock/engine';
import { strictBody, type BodyReader } from '../body-reader.ts';
import { defineCall, ok, type Call } from '../call.ts';
import { textSchema } from '../text-schema.ts';
import { recoverySchema, showRecovery } from '../views.ts';

/** Every administrator's act carries who does it and why: both stand in the audit log. */
export const administratorBody: BodyReader<AdministratorCommand> = strictBody('AdministratorCommand', {
  actor: textSchema('An actor', 200).openapi({ example: 'help desk: J. Doe' }),
  reason: textSchema('A reason', 500).openapi({ example: 'Ticket 4711: lost phone' }),
});

/** Ends a lock and its count. */
export const unlockAccount: Call = defineCall({
  name: 'unlockAccount',
  method: 'post',
  path: '/v1/accounts/{account}/unlock',
  summary: 'End the lock of an account (administrators)',
  body: administratorBody,
  answers: { 200: z.object({ lockedUntil: z.null() }).openapi('Unlocked') },
  refusals: [],
  async handle({ tidelock, account, body }) {
    await tidelock.unlock(account, body);
    return ok({ lockedUntil: null });
  },
});

/** Begins a reset with its waiting time; nothing is removed yet (F4). */
export const resetAccount: Call = defineCall({
  name: 'resetAccount',
  method: 'post',
  path: '/v1/accounts/{account}/reset',
  summary: 'Begin the reset of an account (administrators)',
  description:
    'Factors are removed by `recovery/confirm`, not before `readyAt`; the owner may cancel or freeze it.',
  body: administratorBody,
  answers: { 200: recoverySchema },
  refusals: ['engine/no-active-factor', 'engine/recovery-frozen', 'engine/actor-is-owner'],
  handle: async ({ tidelock, account, body }) => ok(showRecovery(await tidelock.reset(account, body))),
});
