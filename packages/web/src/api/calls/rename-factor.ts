import { z } from '@hono/zod-openapi';
import { strictBody } from '../body-reader.ts';
import { defineCall, ok, type Call } from '../call.ts';
import { textSchema } from '../text-schema.ts';
import { factorSchema, showFactor } from '../views.ts';

/** Gives a factor another name. */
export const renameFactor: Call = defineCall({
  name: 'renameFactor',
  method: 'patch',
  path: '/v1/accounts/{account}/factors/{factorId}',
  summary: 'Rename a factor',
  body: strictBody('RenameFactor', { label: textSchema('A label', 64).openapi({ example: 'my tablet' }) }),
  takesProof: true,
  answers: { 200: z.object({ factor: factorSchema }).openapi('RenamedFactor') },
  refusals: ['engine/proof-required', 'engine/factor-unknown'],
  async handle({ tidelock, account, factorId, body: { label }, proof }) {
    return ok({ factor: showFactor(await tidelock.renameFactor(account, factorId, { label, ...proof })) });
  },
});
