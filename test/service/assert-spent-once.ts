import { expect } from 'vitest';
import type { RunningService } from './running-service.ts';
import type { Attempt } from './verifying-load.ts';

/** So many of each are presented again; the newest, since an old code would be refused for its age. */
const triedMax = 200;

interface LoggedEvent {
  readonly kind: string;
  readonly sequence: number;
  readonly reason?: string;
}

/**
 * SECURITY: S08 F1, codes that were accepted are presented again: none passes, and the log says that they were spent. Of
 * those that got no answer, or a 503, each passes once more at the most.
 */
export async function assertSpentOnce(service: RunningService, attempts: readonly Attempt[]): Promise<void> {
  const again = async ({ account, code }: Attempt): Promise<number> =>
    (await service.call('POST', `/v1/accounts/${account}/verify`, { code })).status;
  const accepted = attempts.filter(({ status }) => status === 200).slice(-triedMax);
  expect(accepted.length).toBeGreaterThan(0);
  expect(new Set(await Promise.all(accepted.map(again)))).toEqual(new Set([403]));
  const unclear = attempts.filter(({ status }) => status !== 200).slice(-triedMax);
  const second = await Promise.all(unclear.map(again));
  expect(second.filter((status) => status !== 200 && status !== 403)).toEqual([]);
  expect(new Set(await Promise.all(unclear.map(again)))).toEqual(new Set(unclear.length === 0 ? [] : [403]));
  const logs = await Promise.all([...accepted, ...unclear].map(({ account }) => logOf(service, account)));
  for (const events of logs) {
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ kind }) => kind === 'verification-accepted').length).toBeLessThanOrEqual(1);
  }
  for (const events of logs.slice(0, accepted.length))
    expect(events.map(({ kind }) => kind)).toContain('verification-accepted');
  const replayed = logs.filter((events) => events.some(({ reason }) => reason === 'replayed'));
  expect(replayed.length).toBeGreaterThan(0);
}

async function logOf(service: RunningService, account: string): Promise<readonly LoggedEvent[]> {
  const { status, body } = await service.call('GET', `/v1/accounts/${account}/events?limit=100`);
  expect([status, body['type']]).toEqual([200, undefined]);
  return (body['items'] as LoggedEvent[]).toReversed();
}
