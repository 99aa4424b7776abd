import { z } from '@hono/zod-openapi';
import { pageLimitMax, type EventPage, type PageRequest } from '@tidelock/engine';
import { checked } from '../body-reader.ts';
import { defineCall, ok, type Call } from '../call.ts';
import { invalidRequest } from '../problem.ts';
import { eventSchema, showEvent } from '../views.ts';

const query = z.object({
  limit: z
    .string()
    .regex(/^[0-9]{1,4}$/, `A page has 1 to ${pageLimitMax} items.`)
    .transform(Number)
    .pipe(z.int().min(1).max(pageLimitMax))
    .optional()
    .openapi({ type: 'integer', description: `1 to ${pageLimitMax}; 50 where left out.`, example: 50 }),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'This is not the cursor of a page.')
    .optional()
    .openapi({ description: 'The `nextCursor` of the page before.' }),
});

const page = z
  .object({
    items: z.array(eventSchema),
    nextCursor: z.string().nullable().openapi({ description: 'Null on the last page.' }),
  })
  .openapi('EventPage');

/** The audit log of one account, newest first. */
export const listAccountEvents: Call = defineCall({
  name: 'listAccountEvents',
  method: 'get',
  path: '/v1/accounts/{account}/events',
  summary: 'The audit log of an account, newest first',
  query,
  answers: { 200: page },
  refusals: [],
  handle: async ({ tidelock, account, url }) =>
    ok(await showPage(url, (wanted) => tidelock.events(account, wanted))),
});

/** The audit log of the tenant that the API key belongs to. */
export const listEvents: Call = defineCall({
  name: 'listEvents',
  method: 'get',
  path: '/v1/events',
  summary: 'The audit log of all accounts, newest first',
  query,
  answers: { 200: page },
  refusals: [],
  handle: async ({ tidelock, url }) => ok(await showPage(url, (wanted) => tidelock.events(null, wanted))),
});

async function showPage(url: string, read: (wanted: PageRequest) => Promise<EventPage>): Promise<object> {
  const { searchParams } = new URL(url);
  const wanted = checked(query, readOnce(searchParams)) as PageRequest;
  try {
    const { items, nextCursor } = await read(wanted);
    return { items: items.map(showEvent), nextCursor };
  } catch (error) {
    // A cursor that is well-formed, and that this store never gave.
    if (error instanceof RangeError && wanted.cursor !== undefined)
      throw invalidRequest([{ at: '/cursor', message: 'This is not the cursor of a page.' }]);
    throw error;
  }
}

/** A parameter that is given twice means two things: both together are none. */
function readOnce(parameters: URLSearchParams): object {
  const names = ['limit', 'cursor'].filter((name) => parameters.has(name));
  const twice = names.find((name) => parameters.getAll(name).length > 1);
  if (twice !== undefined)
    throw invalidRequest([{ at: `/${twice}`, message: 'It is given more than once.' }]);
  return Object.fromEntries(names.map((name) => [name, parameters.get(name)]));
}
