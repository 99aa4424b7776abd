import { TidelockError, type Locked, type Rejected } from '@tidelock/engine';
import type { PendingSession } from '../../gates/gate-session.ts';
import { csrfTokenOf } from '../../gates/session-token.ts';
import { readForm, type Form } from '../form.ts';
import type { PageCall } from '../page-rooms.ts';
import { pageResponse, seeOther } from '../page-response.ts';
import { RecoveryPage, type CodeHolder } from '../views/recovery-page.tsx';
import { explainMailedRefusal, type RefusalWords } from '../words/refusal-words.ts';
import { findPending } from './challenge.ts';
import { statusOfRefusal } from './refusal-place.ts';

/** Where somebody who lost every device and all backup codes stands, and what comes next. The password has been right. */
export async function showRecovery(call: PageCall): Promise<Response> {
  const pending = await findOpenPending(call);
  if (pending instanceof Response) return pending;
  const sent = new URL(call.request.url).searchParams.get('sent');
  return showPage(call, pending, { sentTo: sent === 'owner' || sent === 'contact' ? sent : null });
}

/** Begins the recovery, or mails the code that it waits for once more. */
export async function beginRecovery(call: PageCall): Promise<Response> {
  const opened = await readPendingForm(call);
  if (opened instanceof Response) return opened;
  const { pending, form } = opened;
  const { tidelock } = call.rooms;
  await call.rooms.admit(call.request, call.connection, 'recovery');
  const to = form.text('to') === 'contact' ? 'contact' : 'owner';
  try {
    const { sentTo } = await tidelock.beginRecovery(pending.account, { to });
    const { recovery } = call.rooms.paths;
    // A page of its own, so that a reload sends no second code.
    return seeOther(sentTo.length === 0 ? recovery : `${recovery}?sent=${to}`);
  } catch (error) {
    if (!(error instanceof TidelockError)) throw error;
    const words = refusedBeginnings[error.code];
    if (words === undefined) throw error;
    return showPage(call, pending, { error: { atField: words, message: words }, status: 409 });
  }
}

const refusedBeginnings: { readonly [code: string]: string } = {
  'engine/recovery-unavailable':
    'There is no e-mail address on file that a code could go to. Please ask whoever runs this site.',
  'engine/recovery-frozen':
    'Somebody said that a recovery of this account was not theirs. It can be begun again with a code of a device, a backup code, or by whoever runs this site.',
};

/** Takes a mailed code: as a proof, and after the waiting time as the last word. */
export async function confirmRecovery(call: PageCall): Promise<Response> {
  const opened = await readPendingForm(call);
  if (opened instanceof Response) return opened;
  const { pending, form } = opened;
  const { tidelock, users, gate, paths } = call.rooms;
  const { account } = pending;
  const from = form.text('from') === 'contact' ? 'contact' : 'owner';
  const code = form.has('code') ? form.text('code') : undefined;
  const verdict = await tidelock.confirmRecovery(account, { code, from });
  if (verdict.outcome !== 'accepted') return showRefusal(call, pending, verdict, from);
  if (verdict.recovery !== null) return seeOther(paths.recovery);
  // SECURITY: C20, it is carried out: whoever was signed in is out, and a password alone begins anew. Should this process end
  // here, the record says both, and the next sign-in finds it there.
  await users.rememberEnrolled(account, false);
  await gate.endAll(account);
  return seeOther(`${paths.signIn}?because=recovered`, { cookie: call.rooms.cookieOf(call.request).clear() });
}

async function showRefusal(
  call: PageCall,
  pending: PendingSession,
  verdict: Rejected | Locked,
  to: CodeHolder,
): Promise<Response> {
  const { tidelock } = call.rooms;
  const { lockedUntil } = await tidelock.account(pending.account);
  const error = explainMailedRefusal(verdict, { now: tidelock.clock.now(), lockedUntil });
  return showPage(call, pending, { error, errorAt: to, status: statusOfRefusal(verdict) });
}

/** SECURITY: C1, C20, a session by the old password goes on with nothing once there is a new one: its ticket is dead by then. */
async function findOpenPending(call: PageCall): Promise<PendingSession | Response> {
  const pending = await findPending(call);
  if (pending instanceof Response) return pending;
  const { tidelock, gate, paths } = call.rooms;
  if (await tidelock.isTicketOpen(pending.account, pending.ticket)) return pending;
  await gate.leave(pending.token);
  return seeOther(`${paths.signIn}?because=expired`, { cookie: call.rooms.cookieOf(call.request).clear() });
}

/** SECURITY: C4, C5, C25, only whoever has passed the password, and by a form of this very session. */
async function readPendingForm(
  call: PageCall,
): Promise<{ readonly pending: PendingSession; readonly form: Form } | Response> {
  const pending = await findOpenPending(call);
  if (pending instanceof Response) return pending;
  const { request, connection, rooms } = call;
  const place = { connection, trustProxy: rooms.trustProxy, sessionToken: pending.token };
  return { pending, form: await readForm(request, place) };
}

interface ShownRecovery {
  readonly sentTo?: CodeHolder | null;
  readonly error?: RefusalWords;
  /** Whose code it is about. */
  readonly errorAt?: CodeHolder;
  readonly status?: number;
}

async function showPage(
  { rooms }: PageCall,
  { account, token }: PendingSession,
  { sentTo = null, error, errorAt = 'owner', status = 200 }: ShownRecovery,
): Promise<Response> {
  const { frame, paths, tidelock } = rooms;
  const page = RecoveryPage({
    frame: { ...frame, signedIn: null },
    paths,
    csrf: csrfTokenOf(token),
    recovery: await tidelock.recovery(account),
    now: tidelock.clock.now(),
    sentTo,
    error: error ?? null,
    errorAt,
  });
  return pageResponse(page, { status });
}
