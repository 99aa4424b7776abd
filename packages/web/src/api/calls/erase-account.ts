import { z } from '@hono/zod-openapi';
import { defineCall, ok, type Call } from '../call.ts';
import { administratorBody } from './administer-account.ts';

const erased = z.object({ erased: z.literal(true) }).openapi('Erased');
const what =
  'Factors, codes, contacts and what the audit log says are gone; the id, the count of events and their hashes stay.';

/** For an application whose user asks for it, or goes. */
export const eraseAccount: Call = defineCall({
  name: 'eraseAccount',
  method: 'delete',
  path: '/v1/accounts/{account}',
  summary: 'Erase all that is kept of an account',
  description: `${what} Its status is \`none\` then.`,
  takesProof: true,
  answers: { 200: erased },
  refusals: ['engine/proof-required'],
  async handle({ tidelock, account, proof }) {
    await tidelock.erase(account, proof);
    return ok({ erased: true });
  },
});

/** For administrators, who have no proof: after a reset with its waiting time. */
export const eraseUnenrolledAccount: Call = defineCall({
  name: 'eraseUnenrolledAccount',
  method: 'post',
  path: '/v1/accounts/{account}/erase',
  summary: 'Erase all that is kept of an account without a factor (administrators)',
  description: `${what} An enrolled account is reset first.`,
  body: administratorBody,
  answers: { 200: erased },
  refusals: ['engine/proof-required'],
  async handle({ tidelock, account, body }) {
    await tidelock.eraseUnenrolled(account, body);
    return ok({ erased: true });
  },
});
