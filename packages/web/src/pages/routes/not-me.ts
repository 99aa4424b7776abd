import { TidelockError } from '@tidelock/engine';
import { csrfTokenOf, newSessionToken } from '../../gates/session-token.ts';
import { readForm } from '../form.ts';
import type { PageCall } from '../page-rooms.ts';
import { pageResponse } from '../page-response.ts';
import { NotMePage, type NotMeState } from '../views/not-me-page.tsx';

const fieldLengthMax = 1_000;

/** What the link of a mail opens. SECURITY: C24, C25, it only asks: mail scanners and previews follow links, too. */
export async function showNotMe(call: PageCall): Promise<Response> {
  const query = new URL(call.request.url).searchParams;
  const account = (query.get('account') ?? '').slice(0, fieldLengthMax);
  const token = (query.get('token') ?? '').slice(0, fieldLengthMax);
  return showPage(call, { state: 'asking', account, token });
}

/** Stops the recovery that the link is of, and ends every session. Whoever holds the link needs no password. */
export async function stopRecovery(call: PageCall): Promise<Response> {
  const { request, connection, rooms } = call;
  const { tidelock, gate, trustProxy } = rooms;
  const sessionToken = rooms.cookieOf(request).read(request) ?? '';
  const form = await readForm(request, { connection, trustProxy, sessionToken });
  await rooms.admit(request, connection, 'link');
  const account = form.text('account').slice(0, fieldLengthMax);
  const token = form.text('token').slice(0, fieldLengthMax);
  try {
    await tidelock.freezeRecovery(account, { token });
  } catch (error) {
    if (isRefused(error)) return showPage(call, { state: 'refused', account: '', token: '' }, 403);
    throw error;
  }
  // SECURITY: C20, whoever began it was past the password: every session ends, that of the thief too.
  await gate.endAll(account);
  return showPage(call, { state: 'stopped', account: '', token: '' });
}

/** A link that is used up, late, of another recovery or no link at all: all are answered alike. */
function isRefused(error: unknown): boolean {
  if (error instanceof RangeError || error instanceof TypeError) return true;
  return error instanceof TidelockError && error.code === 'engine/link-refused';
}

interface ShownNotMe {
  readonly state: NotMeState;
  readonly account: string;
  readonly token: string;
}

/** A stranger's form has a token, too: that of a session id which is worth nothing else. */
async function showPage(
  { request, rooms }: PageCall,
  { state, account, token }: ShownNotMe,
  status = 200,
): Promise<Response> {
  const { frame, paths } = rooms;
  const cookies = rooms.cookieOf(request);
  const known = cookies.read(request);
  const sessionToken = known ?? newSessionToken();
  const page = NotMePage({
    frame: { ...frame, signedIn: null },
    path: paths.notMe,
    signInPath: paths.signIn,
    csrf: csrfTokenOf(sessionToken),
    state,
    account,
    token,
  });
  return pageResponse(page, { status, cookie: known === null ? cookies.set(sessionToken) : undefined });
}
