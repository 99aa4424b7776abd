import type { PendingSession } from '../../gates/gate-session.ts';
import { csrfTokenOf } from '../../gates/session-token.ts';
import { readForm } from '../form.ts';
import type { PageCall } from '../page-rooms.ts';
import { pageResponse, seeOther } from '../page-response.ts';
import { ChallengePage } from '../views/challenge-page.tsx';
import { explainRefusal, type CodeKind, type RefusalWords } from '../words/refusal-words.ts';
import { refusalPlace, statusOfRefusal } from './refusal-place.ts';

/** Shows the second step of a sign-in. */
export async function showChallenge(call: PageCall): Promise<Response> {
  const pending = await findPending(call);
  return pending instanceof Response ? pending : showPage(call, pending, { error: null, status: 200 });
}

/** Judges the code; a right one turns the pending session into a full one with a new id. */
export async function answerChallenge(call: PageCall): Promise<Response> {
  const { request, connection, rooms } = call;
  const { gate, paths, trustProxy } = rooms;
  const pending = await findPending(call);
  if (pending instanceof Response) return pending;
  const form = await readForm(request, { connection, trustProxy, sessionToken: pending.token });
  const answer = await gate.answer(pending, form.has('code') ? form.text('code') : undefined);
  const cookie = rooms.cookieOf(request);
  if (answer.outcome === 'accepted')
    return seeOther(paths.home, { cookie: cookie.set(answer.session.token) });
  if (answer.outcome === 'rejected' && answer.reason === 'expired') {
    await gate.leave(pending.token);
    return seeOther(`${paths.signIn}?because=expired`, { cookie: cookie.clear() });
  }
  const error = explainRefusal(answer, await refusalPlace(rooms, pending.account, kindOf(request)));
  return showPage(call, pending, { error, status: statusOfRefusal(answer) });
}

/** SECURITY: C4, C5, C8, this page is for whoever has passed the password, and for nobody else. */
export async function findPending({ request, rooms }: PageCall): Promise<PendingSession | Response> {
  const { gate, paths } = rooms;
  const token = rooms.cookieOf(request).read(request);
  const pending = await gate.findPending(token);
  if (pending !== null) return pending;
  return seeOther((await gate.findFull(token)) === null ? paths.signIn : paths.home);
}

async function showPage(
  { request, rooms }: PageCall,
  { token }: PendingSession,
  { error, status }: { readonly error: RefusalWords | null; readonly status: number },
): Promise<Response> {
  const { frame, paths } = rooms;
  const page = ChallengePage({
    frame: { ...frame, signedIn: null },
    path: paths.challenge,
    signOutPath: paths.signOut,
    recoveryPath: paths.recovery,
    csrf: csrfTokenOf(token),
    kind: kindOf(request),
    error,
  });
  return pageResponse(page, { status });
}

function kindOf(request: Request): CodeKind {
  return new URL(request.url).searchParams.get('use') === 'backup-code' ? 'backup' : 'app';
}
