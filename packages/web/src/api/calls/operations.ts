import { z } from '@hono/zod-openapi';
import { defineCall, ok, refused, type Call } from '../call.ts';

/** How long the store may take to say that it is there; a balancer asks again in a few seconds. */
const readinessSeconds = 2;

/** Whether the process answers at all: a "no" means that it should be started anew. */
export const getLiveness: Call = defineCall({
  name: 'getLiveness',
  method: 'get',
  path: '/livez',
  summary: 'Whether this process runs',
  answers: { 200: z.object({ status: z.literal('live') }).openapi('Liveness') },
  refusals: [],
  handle: async () => ok({ status: 'live' }),
});

/** Whether requests can be served now: the store answers, and belongs to these keys. */
export const getReadiness: Call = readiness(() => false);

/**
 * {@link getReadiness} of a process that may be told to end: from then on it wants no more requests, and serves all the same
 * those that come.
 */
export function readiness(isStopping: () => boolean): Call {
  return defineCall({
    name: 'getReadiness',
    method: 'get',
    path: '/readyz',
    summary: 'Whether requests can be served now',
    answers: { 200: z.object({ status: z.literal('ready') }).openapi('Readiness') },
    refusals: ['web/not-ready', 'store/unavailable'],
    async handle({ tidelock }) {
      if (isStopping()) return refused('web/not-ready', { retryAfterSeconds: 1 });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), readinessSeconds * 1000);
      });
      try {
        if ((await Promise.race([tidelock.health(), late])) === 'late')
          return refused('web/not-ready', { retryAfterSeconds: 1 });
        return ok({ status: 'ready' });
      } finally {
        clearTimeout(timer);
      }
    },
  });
}

/** What was counted in this process, for Prometheus or whoever reads its format; nothing where no metrics were given to the API. */
export const getMetrics: Call = metrics(null);

/** {@link getMetrics} of a process that counts. */
export function metrics(read: (() => Promise<string>) | null): Call {
  return defineCall({
    name: 'getMetrics',
    method: 'get',
    path: '/metrics',
    summary: 'What was counted in this process',
    description:
      'In the text format of Prometheus. It names routes, statuses and error codes, and no account or tenant.',
    answers: { 200: z.string() },
    answersText: true,
    countsStrangers: true,
    refusals: ['web/not-found', 'web/too-many-requests'],
    handle: async () => (read === null ? refused('web/not-found') : { kind: 'text', text: await read() }),
  });
}
