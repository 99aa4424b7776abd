import type { Policy } from '../policy.ts';

/** When codes were mailed, seconds since the epoch, the oldest first: at most as many as may be mailed in a day. */
export type Sends = readonly number[];

/** What the limits are made of. */
type SendLimits = Pick<Policy, 'sendPauseSeconds' | 'sendsInWindow' | 'sendWindowSeconds' | 'sendsADay'>;

const daySeconds = 24 * 60 * 60;

/** How many seconds until one more may be mailed; 0 where it may be now. SECURITY: E1, B5, whatever was guessed or asked between. */
export function waitForSend(sends: Sends, limits: SendLimits, now: number): number {
  const { sendPauseSeconds, sendsInWindow, sendWindowSeconds, sendsADay } = limits;
  const after = (place: number, seconds: number): number => {
    const at = sends.at(-place);
    return at === undefined ? 0 : at + seconds - now;
  };
  const waits = [
    after(1, sendPauseSeconds),
    after(sendsInWindow, sendWindowSeconds),
    after(sendsADay, daySeconds),
  ];
  return Math.max(0, ...waits);
}

/** The sends with one more. */
export function noteSend(sends: Sends, { sendsADay }: SendLimits, now: number): Sends {
  return [...sends, now].slice(-sendsADay);
}

/**
 * Those that still count; the same list where all do. SECURITY: F3, an instant that is further ahead than clocks of servers
 * differ came from a clock that jumped, and would keep codes from being mailed until then.
 */
export function keepSends(sends: Sends, { sendWindowSeconds }: SendLimits, now: number): Sends {
  const counts = (at: number): boolean => at > now - daySeconds && at <= now + sendWindowSeconds;
  return sends.every(counts) ? sends : sends.filter(counts);
}
