import { pageResponse, seeOther, type Connection } from '@tidelock/web';
import { normaliseEmail } from '@tidelock/engine';
import { hashPassword, problemOfPassword } from '../passwords.ts';
import { readUserName, userNameRule } from '../user-name.ts';
import { readVisitor, readVisitorForm, type DemoRooms, type Visitor } from '../visitor.ts';
import { CredentialsPage, type CredentialsError } from './credentials-page.tsx';

/** The form of a new account. */
export async function showRegister(request: Request, rooms: DemoRooms): Promise<Response> {
  const visitor = await readVisitor(request, rooms);
  if (visitor.state !== 'stranger') return seeOther(rooms.pages.paths.home);
  return showForm(rooms, visitor, '', null);
}

/** Makes the account and signs it in. */
export async function register(
  request: Request,
  rooms: DemoRooms,
  connection: Connection | undefined,
): Promise<Response> {
  const { users, gate, pages } = rooms;
  const visitor = await readVisitor(request, rooms);
  if (visitor.state !== 'stranger') return seeOther(pages.paths.home);
  const form = await readVisitorForm(request, visitor, rooms);
  const typed = form.text('name');
  const password = form.text('password');
  const wanted = readUserName(typed);
  if (wanted === null) return showForm(rooms, visitor, typed, { field: 'name', message: userNameRule });
  const problem = problemOfPassword(password);
  if (problem !== null) return showForm(rooms, visitor, typed, { field: 'password', message: problem });
  const email = readEmail(form.text('email'));
  if (email === undefined) return showForm(rooms, visitor, typed, { field: 'email', message: emailRule });
  await pages.admit(request, connection, 'registration');
  const user = users.add({ ...wanted, password: await hashPassword(password) });
  if (user === null) {
    const message = 'This name is taken. Choose another, or sign in if it is yours.';
    return showForm(rooms, visitor, typed, { field: 'name', message });
  }
  // Before the first enrollment: where notices go, and where a code goes when every device is lost.
  if (email !== null) await rooms.tidelock.setContacts(user.id, { emails: [email] });
  const session = await gate.enter(user.id, { enrolled: false, previous: visitor.token });
  return seeOther(pages.pathAfter(session), { cookie: pages.cookieOf(request).set(session.token) });
}

const emailRule = 'That is no e-mail address. Leave it out, or write it as in name@example.com.';

/** Null where none was given, undefined where it is none. */
function readEmail(typed: string): string | null | undefined {
  const text = typed.trim();
  if (text === '') return null;
  try {
    return normaliseEmail(text);
  } catch {
    return undefined;
  }
}

function showForm(
  { pages }: DemoRooms,
  { csrf, cookie }: Visitor,
  name: string,
  error: CredentialsError | null,
): Promise<Response> {
  const page = (
    <CredentialsPage frame={pages.frameFor(null)} kind="register" csrf={csrf} name={name} error={error} />
  );
  return pageResponse(page, { status: error === null ? 200 : 422, cookie });
}
