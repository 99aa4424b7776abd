import { z } from '@hono/zod-openapi';
import { strictBody } from '../body-reader.ts';
import { created, defineCall, type Call } from '../call.ts';
import { invalidRequest } from '../problem.ts';
import { textSchema } from '../text-schema.ts';
import { factorSchema, showFactor } from '../views.ts';

const body = strictBody('EnrollFactor', {
  kind: z.enum(['totp', 'hotp']),
  label: textSchema('A label', 64).optional().openapi({ example: 'my phone' }),
  accountName: textSchema('An accountName', 200)
    .regex(/^[^:]*$/, 'An accountName has no colon: authenticator apps would cut it there.')
    .optional()
    .openapi({ description: 'What the app shows beside the issuer; the account id where left out.' }),
});

/** Begins an enrollment: the one answer that holds the secret (rule 4). */
export const enrollFactor: Call = defineCall({
  name: 'enrollFactor',
  method: 'post',
  path: '/v1/accounts/{account}/factors',
  summary: 'Begin to enroll a factor',
  description: 'The server makes the secret, and shows it in this answer alone. Refused over plain http.',
  body,
  takesProof: true,
  answersSecret: true,
  answers: {
    201: z
      .object({
        factor: factorSchema,
        secret: z.string().openapi({ example: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' }),
        uri: z.string().openapi({
          example:
            'otpauth://totp/Acme:user%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme',
        }),
        qr: z.string().openapi({ description: 'The URI as a PNG in a data URI, for an `<img>`.' }),
      })
      .openapi('Enrollment'),
  },
  refusals: ['engine/proof-required', 'engine/too-many-factors', 'engine/rate-limited'],
  async handle({ tidelock, account, body: { kind, ...wanted }, proof }) {
    // SECURITY: C14, what goes in is named here one by one by the schema; a secret is not among it.
    const { factor, secret, uri, qr } = await tidelock[kind]
      .enroll(account, { ...wanted, ...proof })
      .catch(refuseName);
    return created({ factor: showFactor(factor), secret, uri, qr });
  },
});

/** Names that no otpauth URI can hold are known when it is made; the engine's message says what to do, and nothing of them. */
function refuseName(error: unknown): never {
  if (error instanceof RangeError) throw invalidRequest([{ at: '/accountName', message: error.message }]);
  throw error;
}
