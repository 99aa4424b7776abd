import type { AuditEventKind, EventDraft } from './audit-event.ts';

/** When an event was last logged that somebody can bring about at will, seconds since the epoch; 0 for never. */
export interface LastLogged {
  readonly refusedAt: number;
  readonly unreadableAt: number;
}

export const neverLogged: LastLogged = Object.freeze({ refusedAt: 0, unreadableAt: 0 });

/** At most one event of such a kind in so many seconds, for each account: a bound on what a log can grow by. */
export const repeatPauseSeconds = 60;

const placeOf: { readonly [kind in AuditEventKind]?: keyof LastLogged } = {
  'change-refused': 'refusedAt',
  'secret-unreadable': 'unreadableAt',
};

/** Of these events, those that are not too soon after one of their kind, and what was logged last by then. */
export function withoutRepeatedEvents(
  last: LastLogged,
  drafts: readonly EventDraft[],
  now: number,
): { readonly last: LastLogged; readonly drafts: readonly EventDraft[] } {
  let noted = last;
  const kept = drafts.filter(({ kind }) => {
    const place = placeOf[kind];
    if (place === undefined) return true;
    // F3: an instant that a jump of the clock has put far ahead holds nothing back.
    if (Math.abs(now - noted[place]) < repeatPauseSeconds) return false;
    noted = { ...noted, [place]: now };
    return true;
  });
  return { last: noted, drafts: kept };
}
