import { z } from '@hono/zod-openapi';
import type { PersonExport } from '@tidelock/engine';
import { defineCall, ok, type Call } from '../call.ts';
import { formatInstant, formatInstantOrNull } from '../rfc3339.ts';
import { instantSchema } from '../text-schema.ts';
import { requirementSchema, showRequirement } from './requirements.ts';
import {
  accountSchema,
  eventSchema,
  recoverySchema,
  showAccount,
  showEvent,
  showRecovery,
} from '../views.ts';

const personSchema = z
  .object({
    account: accountSchema,
    recovery: recoverySchema,
    contacts: z
      .union([
        z.object({
          emails: z.array(z.string()),
          locale: z.string().nullable(),
          trusted: z.array(z.string()).optional(),
          former: z.object({ emails: z.array(z.string()), until: instantSchema() }).optional(),
        }),
        z.literal('unreadable'),
      ])
      .nullable(),
    trustedBrowsers: z.array(
      z.object({
        id: z.string(),
        createdAt: instantSchema(),
        lastUsedAt: instantSchema().nullable(),
        expiresAt: instantSchema(),
      }),
    ),
    openTickets: z.int(),
    openProofs: z.int(),
    waitingMessages: z.array(
      z.object({
        kind: z.string().nullable(),
        channel: z.string(),
        dueAt: instantSchema(),
        expiresAt: instantSchema(),
      }),
    ),
    mailedCodes: z.array(z.object({ purpose: z.string(), expiresAt: instantSchema() })),
    codesMailedAt: z.array(instantSchema()),
    failures: z.int(),
    strongFailures: z.int(),
    passwordChanges: z.int(),
    lastNoticed: z.object({
      wrongCodeAt: instantSchema().nullable(),
      lockedAt: instantSchema().nullable(),
    }),
    requirement: requirementSchema.nullable(),
    graceStartedAt: instantSchema().nullable(),
    events: z.array(eventSchema).openapi({ description: 'Newest first, ten thousand at most.' }),
    nextCursor: z.string().nullable().openapi({ description: 'For `events`, from where these end.' }),
  })
  .openapi('PersonExport');

/** Everything that is kept of one person, for that person. */
export const exportAccount: Call = defineCall({
  name: 'exportAccount',
  method: 'get',
  path: '/v1/accounts/{account}/export',
  summary: 'Everything that is kept of one person, as one document',
  description: 'Contacts are in clear, and no secret is in it. That it was read is in the audit log.',
  // Not a secret, but the addresses of a person.
  answersSecret: true,
  answers: { 200: personSchema },
  refusals: [],
  handle: async ({ tidelock, account }) => ok(showPerson(await tidelock.exportAccount(account))),
});

function showContacts(contacts: PersonExport['contacts']): unknown {
  if (contacts === null || contacts === 'unreadable') return contacts;
  const { emails, locale, trusted, former } = contacts;
  const gone = former && { emails: former.emails, until: formatInstant(former.until) };
  return { emails, locale, trusted, former: gone };
}

/** SECURITY: rule 4, the members are listed one by one, so that a new one is not shown by accident. */
function showPerson(person: PersonExport): object {
  const { contacts, openTickets, openProofs, nextCursor, requirement, lastNoticed } = person;
  const { failures, strongFailures, passwordChanges } = person;
  return {
    account: showAccount(person.account),
    recovery: showRecovery(person.recovery),
    contacts: showContacts(contacts),
    trustedBrowsers: person.trustedBrowsers.map(({ id, createdAt, lastUsedAt, expiresAt }) => ({
      id,
      createdAt: formatInstant(createdAt),
      lastUsedAt: formatInstantOrNull(lastUsedAt),
      expiresAt: formatInstant(expiresAt),
    })),
    openTickets,
    openProofs,
    waitingMessages: person.waitingMessages.map(({ kind, channel, dueAt, expiresAt }) => ({
      kind,
      channel,
      dueAt: formatInstant(dueAt),
      expiresAt: formatInstant(expiresAt),
    })),
    mailedCodes: person.mailedCodes.map(({ purpose, expiresAt }) => ({
      purpose,
      expiresAt: formatInstant(expiresAt),
    })),
    codesMailedAt: person.codesMailedAt.map(formatInstant),
    failures,
    strongFailures,
    passwordChanges,
    lastNoticed: {
      wrongCodeAt: formatInstantOrNull(lastNoticed.wrongCodeAt || null),
      lockedAt: formatInstantOrNull(lastNoticed.lockedAt || null),
    },
    requirement: requirement && showRequirement(requirement),
    graceStartedAt: formatInstantOrNull(person.graceStartedAt),
    events: person.events.map(showEvent),
    nextCursor,
  };
}
