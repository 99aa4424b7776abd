import type { Caller } from '@tidelock/engine';
import { clientAddress } from './client-address.ts';
import { HttpProblem } from './problem.ts';
import { TokenBuckets } from './token-buckets.ts';
import type { Connection } from './transport.ts';

/**
 * Twice what a process does at 100 µs a request: an application that has the service for itself is never told to wait. Where
 * several share a process, less leaves room for the others. It is no guard of accounts, which their records are, so that each process
 * counts for itself and asks nobody.
 */
export const keyRequestsPerSecondDefault = 20_000;
/** A key at this rate is not limited: no process does as much. */
export const keyRequestsPerSecondMax = 1_000_000;

/** Requests without a key that is known, of one address: whoever set a wrong key sees it after one. */
const strangers = { perSecond: 10, burst: 100 } as const;

/** How often somebody may call, in this process. */
export interface CallRates {
  /** @throws HttpProblem `web/too-many-requests` */
  countCaller(caller: Caller): void;
  /**
   * Counts a request that was refused for its key, so that one which goes on hears of waiting instead. A right key is never asked
   * where it comes from: nobody keeps others out who share their address. @throws HttpProblem `web/too-many-requests`
   */
  countStranger(request: Request, connection: Connection | undefined): void;
}

export function createCallRates({
  keyRequestsPerSecond,
  trustProxy,
}: {
  readonly keyRequestsPerSecond: number;
  readonly trustProxy: boolean;
}): CallRates {
  // A burst of one second's worth: applications send what has piled up while they were restarted.
  const keys = new TokenBuckets({ perSecond: keyRequestsPerSecond, burst: keyRequestsPerSecond });
  const addresses = new TokenBuckets(strangers);
  return {
    countCaller({ keyId }) {
      const wait = keys.take(keyId, performance.now());
      if (wait > 0) throw tooOften('This API key sends more than its share of requests.', wait);
    },
    countStranger(request, connection) {
      const address = clientAddress(request, connection, trustProxy);
      if (address === null) return;
      const wait = addresses.take(address, performance.now());
      if (wait > 0)
        throw tooOften('This address sends many requests without an API key that is known.', wait);
    },
  };
}

function tooOften(detail: string, waitMilliseconds: number): HttpProblem {
  return new HttpProblem('web/too-many-requests', {
    detail,
    retryAfterSeconds: Math.ceil(waitMilliseconds / 1000),
  });
}
