import { z } from '@hono/zod-openapi';
import { TidelockError, type ChallengeOutcome } from '@tidelock/engine';
import { strictBody } from '../body-reader.ts';
import { created, defineCall, ok, type Call } from '../call.ts';
import { formatInstant } from '../rfc3339.ts';
import { instantSchema, purposeSchema, textSchema, tokenSchema } from '../text-schema.ts';

/**
 * The body is asked for even where all of it is left out: a body that got lost on the way must not turn a question for
 * `manage`, or about an account that is `expected` to be enrolled, into a milder one.
 */
const body = strictBody('OpenChallenge', {
  purpose: purposeSchema().optional().openapi({
    description: '`login` where left out; `manage` for changes of the second factor; or a word of your own.',
    example: 'login',
  }),
  actHash: textSchema('An actHash', 128).optional().openapi({
    description: 'The hash of the act that is to be approved; `redeem` must then name it, too.',
  }),
  expected: z.literal('enrolled').optional().openapi({
    description: 'What you remember of your user: an enrolled account that is unknown here is then a fault.',
  }),
  trustToken: tokenSchema().optional().openapi({
    description: 'From a sign-in with `trustBrowser` in this browser.',
  }),
  roles: z.array(textSchema('A role', 64)).max(20).optional().openapi({
    description: 'Your names of the roles that the user has: a requirement may be for one of them.',
  }),
  factorId: tokenSchema().optional().openapi({
    description: 'The factor that a code is to be sent for; a factor that needs no message takes none.',
  }),
});

const enrollBySchema = instantSchema().optional().openapi({
  description: 'A second factor is required, and none counts yet: lead the user to enroll one by then.',
});

const method = z.object({
  kind: z.enum(['totp', 'hotp', 'backupCode']),
  factorId: z.string().nullable(),
  label: z.string().nullable(),
  hint: z.string().nullable().openapi({ description: 'Where a code is sent; null where none is.' }),
});

/** Asks whether a second factor is needed, and opens a ticket for it. */
export const openChallenge: Call = defineCall({
  name: 'openChallenge',
  method: 'post',
  path: '/v1/accounts/{account}/challenges',
  summary: 'Ask whether a second factor is needed, and open a ticket for it',
  body,
  answers: {
    200: z
      .object({
        required: z.literal(false),
        trusted: z.literal(true).optional().openapi({
          description: 'Somebody is enrolled, and this browser is trusted: it is asked for no code.',
        }),
        enrollBy: enrollBySchema,
      })
      .openapi('NoChallenge'),
    201: z
      .object({
        required: z.literal(true),
        ticket: z.string().openapi({ example: 'tkt_Zm9vYmFyYmF6cXV4MTIzNA' }),
        methods: z.array(method),
        expiresAt: instantSchema(),
        enrollBy: enrollBySchema,
      })
      .openapi('Challenge'),
  },
  refusals: [
    'engine/account-not-enrolled',
    'engine/enrollment-required',
    'engine/factor-unknown',
    'engine/rate-limited',
  ],
  async handle({ tidelock, account, body: { factorId, ...wanted } }) {
    const challenge = await tidelock.challenge(account, wanted);
    if (!challenge.required)
      return ok({ required: false, trusted: challenge.trusted, enrollBy: showEnrollBy(challenge) });
    const { ticket, methods, expiresAt } = challenge;
    if (factorId !== undefined && !methods.some((known) => known.factorId === factorId))
      throw new TidelockError('engine/factor-unknown');
    return created({
      required: true,
      ticket,
      methods: methods.map(({ kind, factorId, label, hint }) => ({ kind, factorId, label, hint })),
      expiresAt: formatInstant(expiresAt),
      enrollBy: showEnrollBy(challenge),
    });
  },
});

function showEnrollBy({ enrollBy }: ChallengeOutcome): string | undefined {
  return enrollBy === undefined ? undefined : formatInstant(enrollBy);
}
