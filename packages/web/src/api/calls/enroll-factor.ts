import { z } from '@hono/zod-openapi';
import { strictBody } from '../body-reader.ts';
import { created, defineCall, type Call } from '../call.ts';
import { invalidRequest } from '../problem.ts';
import { textSchema, tokenSchema } from '../text-schema.ts';
import { factorSchema, sentCodeSchema, showFactor, showSentCode } from '../views.ts';

const body = strictBody('EnrollFactor', {
  kind: z.enum(['totp', 'hotp']),
  label: textSchema('A label', 64).optional().openapi({ example: 'my phone' }),
  replaces: tokenSchema().optional().openapi({
    description:
      'The id of the factor that the new one takes the place of. That one works until the new one is active, and is dead then.',
  }),
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
        emailCode: sentCodeSchema.optional().openapi({
          description:
            'Where a code was mailed that `activate` asks for besides: then send it as `emailCode`.',
        }),
      })
      .openapi('Enrollment'),
  },
  refusals: [
    'engine/proof-required',
    'engine/factor-unknown',
    'engine/too-many-factors',
    'engine/rate-limited',
  ],
  async handle({ tidelock, account, body: { kind, ...wanted }, proof }) {
    // SECURITY: C14, what goes in is named here one by one by the schema; a secret is not among it.
    const { factor, secret, uri, qr, emailCode } = await tidelock[kind]
      .enroll(account, { ...wanted, ...proof })
      .catch(refuseName);
    return created({
      factor: showFactor(factor),
      secret,
      uri,
      qr,
      emailCode: emailCode === undefined ? undefined : showSentCode(emailCode),
    });
  },
});

/** Names that no otpauth URI can hold are known when it is made; the engine's message says what to do, and nothing of them. */
function refuseName(error: unknown): never {
  if (error instanceof RangeError) throw invalidRequest([{ at: '/accountName', message: error.message }]);
  throw error;
}
