import { z } from '@hono/zod-openapi';
import { defineCall, ok, type Call } from '../call.ts';
import { formatInstant, formatInstantOrNull } from '../rfc3339.ts';
import { instantSchema } from '../text-schema.ts';

const revocation = z
  .object({ revoked: z.int().openapi({ description: 'How many browsers are trusted no longer.' }) })
  .openapi('TrustRevocation');

/** Which browsers are not asked for a code. */
export const listTrustedBrowsers: Call = defineCall({
  name: 'listTrustedBrowsers',
  method: 'get',
  path: '/v1/accounts/{account}/trusted-browsers',
  summary: 'The trusted browsers of an account',
  answers: {
    200: z
      .object({
        items: z.array(
          z.object({
            id: z.string(),
            createdAt: instantSchema(),
            lastUsedAt: instantSchema().nullable(),
            expiresAt: instantSchema(),
          }),
        ),
      })
      .openapi('TrustedBrowsers'),
  },
  refusals: [],
  async handle({ tidelock, account }) {
    const browsers = await tidelock.trustedBrowsers(account);
    const items = browsers.map(({ id, createdAt, lastUsedAt, expiresAt }) => ({
      id,
      createdAt: formatInstant(createdAt),
      lastUsedAt: formatInstantOrNull(lastUsedAt),
      expiresAt: formatInstant(expiresAt),
    }));
    return ok({ items });
  },
});

/** Ends the trust in all of them. */
export const revokeTrustedBrowsers: Call = defineCall({
  name: 'revokeTrustedBrowsers',
  method: 'delete',
  path: '/v1/accounts/{account}/trusted-browsers',
  summary: 'Trust no browser of an account any longer',
  answers: { 200: revocation },
  refusals: [],
  handle: async ({ tidelock, account }) => ok(await tidelock.revokeTrustedBrowsers(account)),
});

/** What the application must tell: whoever knew the old password keeps nothing that it opened. */
export const tellPasswordChanged: Call = defineCall({
  name: 'tellPasswordChanged',
  method: 'post',
  path: '/v1/accounts/{account}/password-changed',
  summary: 'Tell that the user has a new password',
  description: 'Trusted browsers, open tickets, proofs and enrollments that were begun die. Takes no body.',
  answers: { 200: revocation },
  refusals: [],
  handle: async ({ tidelock, account }) => ok(await tidelock.passwordChanged(account)),
});
