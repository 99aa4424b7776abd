import { z } from '@hono/zod-openapi';
import { contactsMax, trustedContactsMax, normaliseEmail, normaliseLocale } from '@tidelock/engine';
import { strictBody } from '../body-reader.ts';
import { defineCall, ok, type Call } from '../call.ts';
import { invalidRequest } from '../problem.ts';
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
  trustedContacts: z
    .array(ruleSchema(normaliseEmail).openapi({ example: 'bob@example.net' }))
    .min(1)
    .max(trustedContactsMax)
    .optional()
    .openapi({
      description:
        'Other people, who may vouch for the owner when everything is lost; told of nothing else. Nobody where left out.',
    }),
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
      .object({
        count: z.int().openapi({ description: 'How many addresses there are now.' }),
        trustedCount: z.int().optional().openapi({ description: 'How many may vouch.' }),
      })
      .openapi('Contacts'),
  },
  refusals: ['engine/proof-required', 'engine/rate-limited'],
  async handle({ tidelock, account, body: { emails, trustedContacts, locale }, proof }) {
    const wanted = {
      emails,
      ...(trustedContacts === undefined ? {} : { trustedContacts }),
      ...(locale === undefined ? {} : { locale }),
      ...proof,
    };
    const { count, trustedCount } = await tidelock.setContacts(account, wanted).catch(refuseContact);
    return ok({ count, trustedCount });
  },
});

/** What no schema sees, since it is about both lists; the engine's message names the rule, and nothing of an address. */
function refuseContact(error: unknown): never {
  if (error instanceof RangeError) throw invalidRequest([{ at: '/trustedContacts', message: error.message }]);
  throw error;
}
