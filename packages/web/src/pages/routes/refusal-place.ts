import type { Locked, Rejected } from '@tidelock/engine';
import type { PageRooms } from '../page-rooms.ts';
import type { CodeKind, RefusalPlace } from '../words/refusal-words.ts';

/** What a refusal's words depend on: a verdict says how many tries are left, the account whether a lock has begun. */
export async function refusalPlace(
  { tidelock }: Pick<PageRooms, 'tidelock'>,
  account: string,
  kind: CodeKind,
): Promise<RefusalPlace> {
  const view = await tidelock.account(account);
  return {
    kind,
    now: tidelock.clock.now(),
    // What locks the codes of apps does not lock backup codes.
    lockedUntil: kind === 'app' ? view.lockedUntil : null,
    takesBackupCode: view.backupCodesLeft > 0,
  };
}

/** As the JSON API has it: refused is 403, locked is 429. */
export function statusOfRefusal({ outcome }: Rejected | Locked): number {
  return outcome === 'locked' ? 429 : 403;
}
