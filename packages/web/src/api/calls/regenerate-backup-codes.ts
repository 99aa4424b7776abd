import { z } from '@hono/zod-openapi';
import { defineCall, ok, type Call } from '../call.ts';
import { backupCodesSchema } from '../verdict.ts';

/** A new set of backup codes; the old one is dead. */
export const regenerateBackupCodes: Call = defineCall({
  name: 'regenerateBackupCodes',
  method: 'post',
  path: '/v1/accounts/{account}/backup-codes',
  summary: 'Make new backup codes; the old ones are dead',
  description: 'The only answer that holds them. Refused over plain http.',
  takesProof: true,
  answersSecret: true,
  answers: { 200: z.object({ backupCodes: backupCodesSchema() }).openapi('BackupCodes') },
  refusals: ['engine/proof-required', 'engine/no-active-factor'],
  async handle({ tidelock, account, proof }) {
    const { backupCodes } = await tidelock.regenerateBackupCodes(account, proof);
    return ok({ backupCodes });
  },
});
