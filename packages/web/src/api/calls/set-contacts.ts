import { z } from '@hono/zod-openapi';
import { contactsMax, normaliseEmail, normaliseLocale } from '@tidelock/engine';
import { strictBody } from '../body-reader.ts';
import { defineCall, ok, type Call } from '../call.ts';
import { ruleSchema } from '../text-schema.ts';

const body = strictBody('SetContacts', {
  emails: z
    .array(ruleSchema(normaliseEmail).openapi({ example: 'alice@example.com' }))
    .min(1)
    .max(contactsMax)
    .refine(
      (emails) => new Set(emails.map((email) => email.toLowerCase())).size === emails.length,
      'An e-mail address is named once: two of these are the same.',
    )
    .openapi({ description: 'They take the place of the ones before; each is told of everything.' }),
  locale: ruleSchema(normaliseLocale).optional().openapi({
    description: 'The language of the notices; that of the service where left out.',
    example: 'de',
  }),
});

/** Says where notices of an account go. No call ever shows the addresses again. */
export const setContacts: Call = defineCall({
  name: 'setContacts',
  method: 'put',
  path: '/v1/accounts/{account}/contacts',
  summary: 'Say where notices of an account go',
  description:
    'Best before the first enrollment: on an account that has a factor it takes a proof. Old and new addresses are told of a change.',
  body,
  takesProof: true,
  answers: {
    200: z
      .object({ count: z.int().openapi({ description: 'How many addresses there are now.' }) })
      .openapi('Contacts'),
  },
  refusals: ['engine/proof-required', 'engine/rate-limited'],
  async handle({ tidelock, account, body: { emails, locale }, proof }) {
    const wanted = { emails, ...(locale === undefined ? {} : { locale }), ...proof };
    const { count } = await tidelock.setContacts(account, wanted);
    return ok({ count });
  },
});
