import { CsrfField, ErrorSummary, Field, Page, pageResponse, seeOther, type Connection } from '@tidelock/web';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { hashPassword, passwordLength, problemOfPassword, verifyPassword } from '../passwords.ts';
import type { User } from '../user-table.ts';
import { readVisitor, readVisitorForm, type DemoRooms, type Visitor } from '../visitor.ts';

interface PasswordError {
  readonly field: 'current' | 'password';
  readonly message: string;
}

/** The form for a new password; also for whoever owes a code, since a recovery asks for it. */
export async function showPassword(request: Request, rooms: DemoRooms): Promise<Response> {
  const visitor = await readVisitor(request, rooms);
  const user = await findOwner(visitor, rooms);
  if (user === null) return seeOther(rooms.pages.paths.signIn);
  return showForm(rooms, visitor, user, null);
}

/**
 * Sets a new password and tells Tidelock of it. SECURITY: C1, it lifts nothing: a session that owed a code owes one afterwards,
 * under a new id, and every other session of the user has ended first (C20, C21): what fails afterwards leaves nobody in.
 */
export async function changePassword(
  request: Request,
  rooms: DemoRooms,
  connection: Connection | undefined,
): Promise<Response> {
  const { users, gate, pages, tidelock } = rooms;
  const visitor = await readVisitor(request, rooms);
  const user = await findOwner(visitor, rooms);
  if (user === null) return seeOther(pages.paths.signIn);
  const form = await readVisitorForm(request, visitor, rooms);
  const current = form.text('current').slice(0, passwordLength.most * 2);
  const attempt = await pages.admit(request, connection, 'signIn');
  if (!(await verifyPassword(current, user.password)))
    return showForm(rooms, visitor, user, { field: 'current', message: 'That is not your password now.' });
  await attempt.giveBack();
  const wanted = form.text('password');
  const problem = problemOfPassword(wanted);
  if (problem !== null) return showForm(rooms, visitor, user, { field: 'password', message: problem });
  const cookies = pages.cookieOf(request);
  const hash = await hashPassword(wanted);
  if (visitor.state === 'full') await gate.endOthers({ token: visitor.token, account: user.id });
  else await gate.endAll(user.id);
  users.changePassword(user.id, hash);
  await tidelock.passwordChanged(user.id);
  if (visitor.state === 'full') {
    const session = { token: visitor.token, account: user.id };
    const rotated = await gate.rotate(session);
    if (rotated === null) return seeOther(pages.paths.signIn, { cookie: cookies.clear() });
    return seeOther(pages.paths.home, { cookie: cookies.set(rotated.token) });
  }
  const session = await gate.enter(user.id, { enrolled: user.isEnrolled });
  const path = session.state === 'pending' ? pages.paths.recovery : pages.pathAfter(session);
  return seeOther(path, { cookie: cookies.set(session.token) });
}

/**
 * Whose password it is: of whoever is signed in, or of somebody in the middle of a recovery whose mailbox is proved. SECURITY: C4,
 * whoever has the password alone does not take the account from its owner by setting another.
 */
async function findOwner(
  { state, user, token }: Visitor,
  { gate, users, tidelock }: DemoRooms,
): Promise<User | null> {
  if (state === 'full') return user;
  const pending = await gate.findPending(token);
  if (pending === null) return null;
  const recovery = await tidelock.recovery(pending.account);
  return recovery?.proofs?.email === 'done' ? users.findById(pending.account) : null;
}

function showForm(
  { pages }: DemoRooms,
  { csrf, state, token }: Visitor,
  user: User,
  error: PasswordError | null,
): Promise<Response> {
  const frame = pages.frameFor(state === 'full' ? { name: user.name, sessionToken: token } : null);
  const page: JSX.Element = (
    <Page frame={frame} title="Change your password" hasError={error !== null}>
      <div class="narrow">
        {error !== null && <ErrorSummary message={error.message} fieldId={error.field} />}
        <h1>Change your password</h1>
        <form class="card" method="post">
          <CsrfField csrf={csrf} />
          <Field
            name="current"
            label="Your password now"
            type="password"
            autocomplete="current-password"
            isFirst
            error={error?.field === 'current' ? error.message : null}
          />
          <Field
            name="password"
            label="New password"
            hint="Eight characters or more; a few words are best"
            type="password"
            autocomplete="new-password"
            error={error?.field === 'password' ? error.message : null}
          />
          <div class="actions">
            <button class="primary" type="submit">
              Change password
            </button>
            <a class="button" href={state === 'full' ? pages.paths.home : pages.paths.recovery}>
              Cancel
            </a>
          </div>
        </form>
      </div>
    </Page>
  );
  return pageResponse(page, { status: error === null ? 200 : 403 });
}
